import { misuse } from '../native/failure.js';
import { count, type Kind, registry } from './counts.js';

/**
 * The one owner of a native object. Releasing it first releases what was made from it, once; a later use is an error
 * instead of a read of freed memory.
 */
export class Resource {
  readonly kind: Kind;
  readonly #free: (pointer: bigint) => void;
  readonly #parent: Resource | undefined;
  readonly #children = new Set<Resource>();
  #pointer: bigint | undefined;

  /** @param handle the object that a caller holds, reported by tests if it is dropped without a release */
  constructor(kind: Kind, pointer: bigint, free: (pointer: bigint) => void, handle: object, parent?: Resource) {
    this.kind = kind;
    this.#pointer = pointer;
    this.#free = free;
    this.#parent = parent;
    if (parent !== undefined) parent.#children.add(this);
    count(kind, 1);
    registry.register(handle, kind, this);
  }

  get released(): boolean {
    return this.#pointer === undefined;
  }

  /** @throws ForgeError BACKEND_INVALID after the release */
  get pointer(): bigint {
    if (this.#pointer === undefined) {
      throw misuse(
        `This ${this.kind} of ONNX Runtime is already released.`,
        this.kind,
        'Release it after its last use.',
      );
    }
    return this.#pointer;
  }

  release(): void {
    const pointer = this.#pointer;
    if (pointer === undefined) return;
    for (const child of [...this.#children].reverse()) child.release();
    this.#pointer = undefined;
    if (this.#parent !== undefined) this.#parent.#children.delete(this);
    registry.unregister(this);
    count(this.kind, -1);
    this.#free(pointer);
  }
}
