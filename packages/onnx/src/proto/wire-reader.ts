import { PbfReader } from 'pbf';

/** An invalid or truncated protobuf message; the caller adds the name of the file. */
export class WireProblem extends Error {}

/** protobuf's own limit on nested messages. */
const maxDepth = 100;

export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
export type WireType = (typeof wireTypes)[keyof typeof wireTypes];

/**
 * A protobuf reader that checks every length against the enclosing message, so that a corrupt file is a WireProblem,
 * never a wrong value.
 */
export class WireReader {
  readonly #pbf: PbfReader;
  readonly #view: DataView;
  #end: number;
  #depth = 0;
  #message = 'the file';

  constructor(bytes: Uint8Array) {
    this.#pbf = new PbfReader(bytes);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.length;
  }

  /** The wire type of the field being read. */
  get type(): number {
    return this.#pbf.type;
  }

  /** Calls `readField` for each field of a message that fills the rest of the current one. */
  fields(message: string, readField: (tag: number) => void): void {
    const outer = this.#message;
    this.#message = message;
    for (;;) {
      const tag = this.#guard(() => this.#pbf.nextField(this.#end));
      if (tag === 0) break;
      readField(tag);
    }
    if (this.#pbf.pos !== this.#end) this.#fail(`a ${message} ends at the wrong byte`);
    this.#message = outer;
  }

  /** Reads a length, then exactly that many bytes with `read`. */
  within<T>(read: () => T): T {
    const outer = this.#end;
    this.#end = this.#length() + this.#pbf.pos;
    this.#depth += 1;
    if (this.#depth > maxDepth) this.#fail(`messages are nested deeper than ${maxDepth} levels`);
    const value = read();
    if (this.#pbf.pos !== this.#end) this.#fail(`a field of a ${this.#message} ends at the wrong byte`);
    this.#depth -= 1;
    this.#end = outer;
    return value;
  }

  get atEnd(): boolean {
    return this.#pbf.pos >= this.#end;
  }

  bytes(): Uint8Array {
    return this.#take(this.#length());
  }

  fixed(size: 4 | 8): Uint8Array {
    return this.#take(size);
  }

  /** A 32-bit float, exact as a number. */
  float(): number {
    const at = this.#pbf.pos;
    this.#take(4);
    return this.#view.getFloat32(at, true);
  }

  /** A signed number of up to 64 bits; large ones lose their last bits (see `bigVarint`). */
  varint(): number {
    const value = this.#guard(() => this.#pbf.readVarint(true));
    if (this.#pbf.pos > this.#end) this.#fail('a number runs past the end');
    return value;
  }

  /** A signed 64-bit number, exact. */
  bigVarint(): bigint {
    const start = this.#pbf.pos;
    const value = this.varint();
    if (Number.isSafeInteger(value)) return BigInt(value);
    let exact = 0n;
    for (let at = start, shift = 0n; at < this.#pbf.pos; at += 1, shift += 7n) {
      exact |= BigInt(this.#view.getUint8(at) & 0x7f) << shift;
    }
    return BigInt.asIntN(64, exact);
  }

  expect(type: WireType, field: string): void {
    if (this.#pbf.type !== type) this.#fail(`the field ${field} of a ${this.#message} has the wrong wire type`);
  }

  #take(length: number): Uint8Array {
    const start = this.#pbf.pos;
    if (start + length > this.#end) this.#fail(`a field of a ${this.#message} runs past the end`);
    this.#pbf.pos = start + length;
    return this.#pbf.buf.subarray(start, start + length);
  }

  #length(): number {
    const length = this.varint();
    if (length < 0 || this.#pbf.pos + length > this.#end) {
      this.#fail(
        `a field of a ${this.#message} has the length ${length}, but only ${this.#end - this.#pbf.pos} bytes follow`,
      );
    }
    return length;
  }

  #guard(read: () => number): number {
    try {
      return read();
    } catch {
      return this.#fail(`a ${this.#message} holds something that is not protobuf`);
    }
  }

  #fail(problem: string): never {
    throw new WireProblem(`${problem} (near byte ${Math.min(this.#pbf.pos, this.#view.byteLength)})`);
  }
}
