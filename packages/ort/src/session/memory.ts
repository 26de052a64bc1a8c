import type { Resource } from '../handles/resource.js';
import { Resource as Owner } from '../handles/resource.js';
import type { Api } from '../native/api.js';

/** A memory of a device, by ONNX Runtime's name for it, for example `Cpu`, `Cuda` or `CudaPinned`. */
export interface Memory {
  readonly name: string;
  /** Default: 0. */
  readonly device?: number;
}

export const cpuMemory: Memory = { name: 'Cpu' };

/** Of OrtAllocatorType and OrtMemType. */
const [deviceAllocator, defaultMemory] = [0, 0];

/** The descriptions of memories that one owner has asked for. */
export class Memories {
  readonly #api: Api;
  readonly #parent: Resource;
  readonly #made = new Map<string, Resource>();

  constructor(api: Api, parent: Resource) {
    this.#api = api;
    this.#parent = parent;
  }

  /** @throws ForgeError for a name that ONNX Runtime does not know */
  info({ name, device = 0 }: Memory): bigint {
    const key = `${name} ${device}`;
    let made = this.#made.get(key);
    if (made === undefined) {
      const { call } = this.#api;
      const pointer = this.#api.out((out) => call.CreateMemoryInfo(name, deviceAllocator, device, defaultMemory, out));
      made = new Owner('memory info', pointer, (it) => call.ReleaseMemoryInfo(it), this, this.#parent);
      this.#made.set(key, made);
    }
    return made.pointer;
  }
}
