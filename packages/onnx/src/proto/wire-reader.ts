import { type ByteSource, bytesInMemory, leastLazyBytes, UnreadBytes } from './byte-source.js';

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
  readonly #source: ByteSource;
  /** The bytes in memory, and where they begin in the source. */
  #bytes: Uint8Array = new Uint8Array();
  #view: DataView = new DataView(this.#bytes.buffer);
  #start = 0;
  #position = 0;
  #end: number;
  #type = 0;
  #depth = 0;
  #message = 'the file';

  constructor(source: Uint8Array | ByteSource) {
    this.#source = source instanceof Uint8Array ? bytesInMemory(source) : source;
    this.#end = this.#source.length;
  }

  /** The wire type of the field being read. */
  get type(): number {
    return this.#type;
  }

  /** Calls `readField` for each field of a message that fills the rest of the current one. */
  fields(message: string, readField: (tag: number) => void): void {
    const outer = this.#message;
    this.#message = message;
    while (this.#position < this.#end) {
      const key = this.varint();
      const start = this.#position;
      if (key < 8 || key >= 2 ** 32) this.#fail(`a ${message} holds something that is not protobuf`);
      this.#type = key % 8;
      readField(Math.floor(key / 8));
      // An unknown field.
      if (this.#position === start) this.#skip();
    }
    this.#message = outer;
  }

  /** Reads a length, then exactly that many bytes with `read`. */
  within<T>(read: () => T): T {
    const outer = this.#end;
    const length = this.#length();
    this.#end = this.#position + length;
    this.#depth += 1;
    if (this.#depth > maxDepth) this.#fail(`messages are nested deeper than ${maxDepth} levels`);
    const value = read();
    if (this.#position !== this.#end) this.#fail(`a field of a ${this.#message} ends at the wrong byte`);
    this.#depth -= 1;
    this.#end = outer;
    return value;
  }

  get atEnd(): boolean {
    return this.#position >= this.#end;
  }

  bytes(): Uint8Array {
    return this.#take(this.#length());
  }

  /** Bytes that are not needed to decode the rest: large ones of a file are not read. */
  tensorBytes(): Uint8Array | UnreadBytes {
    const length = this.#length();
    if (!this.#source.isFile || length < leastLazyBytes) return this.#take(length);
    const unread = new UnreadBytes(this.#position, length);
    this.#position += length;
    return unread;
  }

  /** Bytes that were skipped. */
  read({ offset, length }: UnreadBytes): Uint8Array {
    const { bytes, start } = this.#source.load(offset, length);
    return bytes.subarray(offset - start, offset - start + length);
  }

  fixed(size: 4 | 8): Uint8Array {
    return this.#take(size);
  }

  /** A 32-bit float, exact as a number. */
  float(): number {
    const at = this.#advance(4);
    return this.#view.getFloat32(at, true);
  }

  /** A signed number of up to 64 bits; large ones lose their last bits (see `bigVarint`). */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return Number(this.#longVarint(BigInt(value)));
  }

  /** A signed 64-bit number, exact. */
  bigVarint(): bigint {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt(value);
    }
    return this.#longVarint(BigInt(value));
  }

  expect(type: WireType, field: string): void {
    if (this.#type !== type) this.#fail(`the field ${field} of a ${this.#message} has the wrong wire type`);
  }

  /** @param first the number's first 28 bits, which are read */
  #longVarint(first: bigint): bigint {
    let value = first;
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    return this.#fail(`a ${this.#message} holds something that is not protobuf`);
  }

  #byte(): number {
    const at = this.#position - this.#start;
    // Most bytes are in memory.
    if (this.#position < this.#end && at >= 0 && at < this.#bytes.length) {
      this.#position += 1;
      return this.#bytes[at]!;
    }
    const loaded = this.#advance(1);
    return this.#bytes[loaded]!;
  }

  #take(length: number): Uint8Array {
    const at = this.#advance(length);
    // What is loaded is never overwritten, but a part would keep all of it in memory.
    const isPart = this.#source.isFile && length < this.#bytes.length;
    return isPart ? this.#bytes.slice(at, at + length) : this.#bytes.subarray(at, at + length);
  }

  #skip(): void {
    if (this.#type === wireTypes.varint) this.bigVarint();
    else if (this.#type === wireTypes.bytes) this.#skipBytes();
    else if (this.#type === wireTypes.fixed32) this.#advance(4);
    else if (this.#type === wireTypes.fixed64) this.#advance(8);
    else this.#fail(`a ${this.#message} holds something that is not protobuf`);
  }

  #skipBytes(): void {
    const length = this.#length();
    this.#position += length;
  }

  #length(): number {
    const length = this.varint();
    if (length < 0 || this.#position + length > this.#end) {
      this.#fail(
        `a field of a ${this.#message} has the length ${length}, but only ${this.#end - this.#position} bytes follow`,
      );
    }
    return length;
  }

  /** Goes on by that many bytes. @returns where they are in memory */
  #advance(length: number): number {
    const from = this.#position;
    if (from + length > this.#end) this.#fail(`a field of a ${this.#message} runs past the end`);
    if (from < this.#start || from + length > this.#start + this.#bytes.length) {
      const { bytes, start } = this.#source.load(from, length);
      [this.#bytes, this.#start] = [bytes, start];
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.#position = from + length;
    return from - this.#start;
  }

  #fail(problem: string): never {
    throw new WireProblem(`${problem} (near byte ${Math.min(this.#position, this.#source.length)})`);
  }
}
