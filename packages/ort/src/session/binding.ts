import type { TensorData } from '@forge-ml/core/plugin';
import { Resource } from '../handles/resource.js';
import type { Api } from '../native/api.js';
import { misuse } from '../native/failure.js';
import { checkTensor, type DeclaredTensor } from '../tensors/declared-tensor.js';
import { elementTypes } from '../tensors/element-types.js';
import { cpuMemory, type Memories, type Memory } from './memory.js';
import type { RunOptions } from './run-options.js';
import { Value } from './value.js';

/** The inputs and the outputs of a model, by their names. */
export interface DeclaredByName {
  readonly inputs: ReadonlyMap<string, DeclaredTensor>;
  readonly outputs: ReadonlyMap<string, DeclaredTensor>;
}

/** Memory that has one byte, for tensors without elements: the C API refuses a null pointer. */
const noElements = new Uint8Array(8);

/**
 * A session's inputs and outputs bound to memory that the caller owns: a run reads and writes it in place. Bound arrays
 * are kept alive until their name is bound again or the binding is released. The same memory must not be an input and an
 * output of one run.
 */
export class Binding {
  readonly #api: Api;
  readonly #run: Api['call']['RunWithBinding'];
  readonly #session: Resource;
  readonly #resource: Resource;
  readonly #declared: DeclaredByName;
  readonly #memories: Memories;
  /** What the native binding points to, by `in` or `out` and name. */
  readonly #kept = new Map<string, TensorData | undefined>();
  /** The names of outputs in the order that the native binding has them. */
  readonly #outputs = new Set<string>();
  /** Bound arrays whose memory can move, because another owner detaches it; undefined until a run. Shared memory cannot. */
  #movable: readonly TensorData[] | undefined;
  /** The memory that outputs are allocated in, by name. */
  readonly #onDevice = new Map<string, bigint>();
  /** Whether a run may have left values in outputs on a device. */
  #ran = false;
  /** Whether all outputs have values: those of the last run. */
  #complete = false;

  /** @internal */
  constructor(api: Api, session: Resource, declared: DeclaredByName, memories: Memories) {
    const { call } = api;
    this.#api = api;
    this.#run = call.RunWithBinding;
    this.#session = session;
    this.#declared = declared;
    this.#memories = memories;
    const pointer = api.out((out) => call.CreateIoBinding(session.pointer, out));
    this.#resource = new Resource('binding', pointer, (it) => call.ReleaseIoBinding(it), this, session);
  }

  /**
   * A run reads the input from the array's memory, or from a value of an earlier run.
   * @throws ForgeError BACKEND_INVALID for a name, type or shape that the model does not have
   */
  bindInput(name: string, from: TensorData | Value): void {
    const declared = find(this.#declared.inputs, name, 'input');
    const { pointer } = this.#resource;
    if (from instanceof Value) {
      this.#api.check(this.#api.call.BindInput(pointer, name, from.pointer));
      this.#keep(`in ${name}`, from.backing);
      return;
    }
    this.#withTensor(declared, from, (value) => this.#api.call.BindInput(pointer, name, value));
    this.#keep(`in ${name}`, from);
  }

  /** A run writes the output into the array's memory. @throws as `bindInput` */
  bindOutput(name: string, to: TensorData): void {
    const declared = find(this.#declared.outputs, name, 'output');
    const { pointer } = this.#resource;
    this.#withTensor(declared, to, (value) => this.#api.call.BindOutput(pointer, name, value));
    this.#outputs.add(name);
    this.#onDevice.delete(name);
    this.#keep(`out ${name}`, to);
  }

  /**
   * Each run allocates the output in the memory of a device, as for a shape that is not known before. `outputs` has it.
   * @throws as `bindInput`
   */
  bindOutputToDevice(name: string, memory: Memory = cpuMemory): void {
    find(this.#declared.outputs, name, 'output');
    const info = this.#memories.info(memory);
    this.#api.check(this.#api.call.BindOutputToDevice(this.#resource.pointer, name, info));
    this.#outputs.add(name);
    this.#onDevice.set(name, info);
    this.#complete = false;
    this.#keep(`out ${name}`, undefined);
  }

  /**
   * @throws ForgeError STOPPED where `options` were terminated; MODEL_INVALID with ONNX Runtime's message where the run
   * fails; BACKEND_INVALID where a bound array has lost its memory
   */
  run(options?: RunOptions): void {
    this.#begin();
    const chosen = options === undefined ? null : options.pointer;
    const status = this.#run(this.#session.pointer, chosen, this.#resource.pointer);
    if (status !== null) this.#api.check(status);
    this.#complete = true;
  }

  /**
   * As `run`, in another thread: this one goes on meanwhile. Until it ends the binding, its arrays, the session and the
   * options must not be used or released.
   */
  async runAside(options?: RunOptions): Promise<void> {
    this.#begin();
    const chosen = options === undefined ? null : options.pointer;
    const { pointer } = this.#resource;
    this.#api.check(await this.#api.callAside('RunWithBinding', this.#session.pointer, chosen, pointer));
    this.#complete = true;
  }

  /** @throws ForgeError BACKEND_INVALID where a bound array has lost its memory */
  #begin(): void {
    this.#movable ??= [...this.#kept.values()].filter(canMove);
    for (const { bytes } of this.#movable) {
      if (bytes.byteLength === 0) throw lostMemory();
    }
    this.#complete = false;
    if (this.#ran && this.#onDevice.size > 0) this.#allocateAgain();
    this.#ran = true;
  }

  /**
   * The outputs of the last run by name, as values that are released by the caller or with the session.
   * @throws ForgeError BACKEND_INVALID before a run, and after one that has failed
   */
  outputs(): ReadonlyMap<string, Value> {
    const { call } = this.#api;
    const { pointer } = this.#resource;
    if (!this.#complete) throw misuse('There are no outputs: no run has completed.', 'outputs', 'Call run before.');
    const count = new BigUint64Array(1);
    const array = this.#api.out((out) => call.GetBoundOutputValues(pointer, this.#api.allocator, out, count));
    if (array === 0n) return new Map();
    const values = this.#api.pointers(array, Number(count[0]));
    this.#api.free(array);
    const names = [...this.#outputs];
    return new Map(
      values.map((value, at) => {
        const name = names[at]!;
        return [name, new Value(this.#api, value, this.#session, this.#kept.get(`out ${name}`))];
      }),
    );
  }

  release(): void {
    this.#resource.release();
    this.#kept.clear();
    this.#movable = undefined;
  }

  /** The native binding holds the tensor's description, and this object its memory. */
  #withTensor(declared: DeclaredTensor, tensor: TensorData, bind: (value: bigint) => bigint | null): void {
    checkTensor(declared, tensor);
    const { call } = this.#api;
    const { bytes, shape, dtype } = tensor;
    const data = bytes.byteLength === 0 ? noElements : bytes;
    const sizes = BigInt64Array.from(shape, BigInt);
    const info = this.#memories.info(cpuMemory);
    const type = elementTypes[dtype];
    const value = this.#api.out((out) =>
      call.CreateTensorWithDataAsOrtValue(info, data, bytes.byteLength, sizes, shape.length, type, out),
    );
    try {
      this.#api.check(bind(value));
    } finally {
      call.ReleaseValue(value);
    }
  }

  /** ONNX Runtime would write into the values of the last run, which may be in use or of another shape. */
  #allocateAgain(): void {
    const { pointer } = this.#resource;
    for (const [name, info] of this.#onDevice) this.#api.check(this.#api.call.BindOutputToDevice(pointer, name, info));
  }

  #keep(place: string, tensor: TensorData | undefined): void {
    this.#kept.set(place, tensor);
    // Found before a run, not here: binding many tensors would take the square of their number.
    this.#movable = undefined;
  }
}

function canMove(tensor: TensorData | undefined): tensor is TensorData {
  return tensor !== undefined && tensor.bytes.byteLength > 0 && !(tensor.bytes.buffer instanceof SharedArrayBuffer);
}

function find(declared: DeclaredByName['inputs'], name: string, kind: 'input' | 'output'): DeclaredTensor {
  const found = declared.get(name);
  if (found !== undefined) return found;
  throw misuse(`The model has no ${kind} ${name}.`, name, `It has ${[...declared.keys()].join(', ')}.`);
}

function lostMemory() {
  const hint = 'Do not transfer a bound buffer, and do not grow its WebAssembly memory.';
  return misuse('An array that is bound to a model has lost its memory.', 'memory', hint);
}
