import { Resource } from './handles/resource.js';
import type { Api } from './native/api.js';
import { Memories } from './session/memory.js';
import { RunOptions } from './session/run-options.js';
import { Session } from './session/session.js';
import type { SessionOptions } from './session/session-options.js';

/** ONNX Runtime in this thread. What it makes belongs to this thread, and is released with it. */
export class Ort {
  /** Of ONNX Runtime. */
  readonly version: string;
  readonly #api: Api;
  readonly #env: bigint;
  readonly #resource: Resource;
  readonly #memories: Memories;

  /** @internal @param env the environment, which all threads share and which ends with the process */
  constructor(api: Api, env: bigint) {
    this.version = api.version;
    this.#api = api;
    this.#env = env;
    this.#resource = new Resource('ort', env, () => undefined, this);
    this.#memories = new Memories(api, this.#resource);
  }

  /** The execution providers that the library was built with, by their names in ONNX Runtime. */
  get providers(): readonly string[] {
    const { call } = this.#api;
    const count = new Int32Array(1);
    const list = this.#api.out((out) => call.GetAvailableProviders(out, count));
    const names = this.#api.pointers(list, count[0]!).map((pointer) => this.#api.text(pointer));
    this.#api.check(call.ReleaseAvailableProviders(list, count[0]!));
    return names;
  }

  /**
   * @param model the bytes of a .onnx file; they are copied
   * @throws ForgeError MODEL_INVALID with ONNX Runtime's message; ENGINE_UNUSABLE where a provider does not start
   */
  createSession(model: Uint8Array, options: SessionOptions = {}): Session {
    this.#resource.pointer;
    return new Session(this.#api, this.#env, this.#memories, this.#resource, model, options);
  }

  /** @param config entries of onnxruntime_run_options_config_keys.h */
  createRunOptions(config?: Readonly<Record<string, string>>): RunOptions {
    this.#resource.pointer;
    return new RunOptions(this.#api, this.#resource, config);
  }

  /** Releases all that it has made: before its thread ends, or memory stays allocated until the process does. */
  release(): void {
    this.#resource.release();
  }
}
