import { bytesPerElement, type DType, sizeOf, type TensorData } from '@forge-ml/core/plugin';
import { Resource } from '../handles/resource.js';
import type { Api } from '../native/api.js';
import { misuse } from '../native/failure.js';
import { typeAndShape } from './declared-tensors.js';
import { cpuMemory, type Memory } from './memory.js';

/** A tensor that ONNX Runtime owns, in the memory of a device. It can be the input of a later run. */
export class Value {
  /** @internal The caller's memory that it is in, which a run has been bound to. */
  readonly backing: TensorData | undefined;
  readonly #api: Api;
  readonly #resource: Resource;
  #description: Description | undefined;

  /** @internal */
  constructor(api: Api, pointer: bigint, parent: Resource, backing?: TensorData) {
    this.#api = api;
    this.backing = backing;
    this.#resource = new Resource('value', pointer, (it) => api.call.ReleaseValue(it), this, parent);
  }

  /** Undefined for what is no tensor of numbers. */
  get dtype(): DType | undefined {
    return this.#describe().dtype;
  }

  get shape(): readonly number[] {
    return this.#describe().shape;
  }

  get memory(): Memory {
    return this.#describe().memory;
  }

  #describe(): Description {
    this.#description ??= describe(this.#api, this.pointer);
    return this.#description;
  }

  /** @internal */
  get pointer(): bigint {
    return this.#resource.pointer;
  }

  /** A copy. @throws ForgeError BACKEND_INVALID for a value that is not in memory of the CPU */
  read(): TensorData {
    const { pointer, dtype, shape, backing } = this;
    if (backing !== undefined) return { dtype: backing.dtype, shape, bytes: backing.bytes.slice() };
    if (dtype === undefined || this.memory.name !== cpuMemory.name) {
      const hint = 'Bind the output to memory of the caller.';
      throw misuse(`A value in the memory ${this.memory.name} cannot be read.`, this.memory.name, hint);
    }
    const bytes = sizeOf(shape) * bytesPerElement[dtype];
    if (bytes === 0) return { dtype, shape, bytes: new Uint8Array() };
    const data = this.#api.out((out) => this.#api.call.GetTensorMutableData(pointer, out));
    return { dtype, shape, bytes: this.#api.memory(data, bytes).slice() };
  }

  release(): void {
    this.#resource.release();
  }
}

interface Description {
  readonly dtype: DType | undefined;
  readonly shape: readonly number[];
  readonly memory: Memory;
}

function describe(api: Api, value: bigint): Description {
  const info = api.out((out) => api.call.GetTensorTypeAndShape(value, out));
  try {
    return { ...typeAndShape(api, info), memory: memoryOf(api, value) };
  } finally {
    api.call.ReleaseTensorTypeAndShapeInfo(info);
  }
}

function memoryOf(api: Api, value: bigint): Memory {
  // The description belongs to the value.
  const info = api.out((out) => api.call.GetTensorMemoryInfo(value, out));
  const name = api.text(api.out((out) => api.call.MemoryInfoGetName(info, out)));
  return { name, device: api.outInt((out) => api.call.MemoryInfoGetId(info, out)) };
}
