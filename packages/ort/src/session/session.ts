import { Resource } from '../handles/resource.js';
import type { Api } from '../native/api.js';
import type { DeclaredTensor } from '../tensors/declared-tensor.js';
import { Binding, type DeclaredByName } from './binding.js';
import { inputsOf, outputsOf } from './declared-tensors.js';
import type { Memories } from './memory.js';
import { type SessionOptions, withOptions } from './session-options.js';

/** A model that is loaded. A session belongs to the thread that made it. */
export class Session {
  readonly inputs: readonly DeclaredTensor[];
  readonly outputs: readonly DeclaredTensor[];
  readonly #api: Api;
  readonly #memories: Memories;
  readonly #resource: Resource;
  readonly #profiles: boolean;
  readonly #declared: DeclaredByName;

  /** @internal */
  constructor(api: Api, env: bigint, memories: Memories, parent: Resource, model: Uint8Array, options: SessionOptions) {
    const { call } = api;
    this.#api = api;
    this.#memories = memories;
    this.#profiles = options.profile !== undefined;
    const pointer = withOptions(api, options, (settings) =>
      api.out((out) => call.CreateSessionFromArray(env, model, model.byteLength, settings, out)),
    );
    this.#resource = new Resource('session', pointer, (it) => call.ReleaseSession(it), this, parent);
    this.inputs = inputsOf(api, pointer);
    this.outputs = outputsOf(api, pointer);
    this.#declared = { inputs: byName(this.inputs), outputs: byName(this.outputs) };
  }

  /** An empty binding of the session's inputs and outputs to memory. */
  bind(): Binding {
    return new Binding(this.#api, this.#resource, this.#declared, this.#memories);
  }

  /** Ends the trace that `profile` began. @returns the path of its file, undefined without `profile` */
  endProfiling(): string | undefined {
    const { pointer } = this.#resource;
    if (!this.#profiles) return undefined;
    return this.#api.outText((allocator, out) => this.#api.call.SessionEndProfiling(pointer, allocator, out));
  }

  /** Releases the session with its bindings and values. A second release has no effect. */
  release(): void {
    this.#resource.release();
  }
}

function byName(tensors: readonly DeclaredTensor[]): ReadonlyMap<string, DeclaredTensor> {
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}
