type NumberArray = Uint16Array | Uint32Array | Float64Array;

/** How the numbers of a column are in memory. */
export type NumberFormat = 'uint16' | 'uint32' | 'float64';

const arrays = { uint16: Uint16Array, uint32: Uint32Array, float64: Float64Array } as const;
const highest = { uint16: 2 ** 16 - 1, uint32: 2 ** 32 - 1, float64: Number.POSITIVE_INFINITY } as const;

/** The numbers of a column as bytes, in the order of this machine. */
export interface StoredNumbers {
  readonly format: NumberFormat;
  /** What is added to each number. */
  readonly base: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isAscending: boolean;
}

/**
 * Numbers that grow by appending, exact. Whole numbers take 2 or 4 bytes, as differences from the first; a column with
 * others takes 8 bytes a number.
 */
export class NumberColumn {
  private data: NumberArray;
  private base = 0;
  private count = 0;
  private newest = Number.NEGATIVE_INFINITY;
  private rises = true;

  /** @param format the first that is tried: `float64` for numbers that are seldom whole */
  constructor(private format: NumberFormat) {
    this.data = new arrays[format](0);
  }

  /** A column of numbers that were stored. The bytes are not copied. */
  static from({ format, base, bytes, isAscending }: StoredNumbers): NumberColumn {
    const column = new NumberColumn(format);
    column.data = new arrays[format](bytes.buffer, bytes.byteOffset, bytes.byteLength / bytesOf(format));
    column.base = base;
    column.count = column.data.length;
    column.rises = isAscending;
    if (column.count > 0) column.newest = column.at(column.count - 1);
    return column;
  }

  /** The numbers of a column that was created with `float64`, and room after them: for loops over many. */
  get floats(): Float64Array {
    return this.data as Float64Array;
  }

  get length(): number {
    return this.count;
  }

  /** Whether no number is less than the one before. */
  get isAscending(): boolean {
    return this.rises;
  }

  at(index: number): number {
    const stored = this.data[index]!;
    // A sum would lose the sign of zero.
    return this.base === 0 ? stored : this.base + stored;
  }

  push(value: number): void {
    if (this.count === 0 && this.format !== 'float64' && Number.isSafeInteger(value)) this.base = value;
    while (!this.fits(value)) this.widen();
    if (this.count === this.data.length) this.data = enlarged(this.data, this.count);
    this.data[this.count++] = value - this.base;
    if (value < this.newest) this.rises = false;
    this.newest = value;
  }

  store(): StoredNumbers {
    const { buffer, byteOffset } = this.data;
    const bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, this.count * bytesOf(this.format));
    return { format: this.format, base: this.base, bytes, isAscending: this.rises };
  }

  private fits(value: number): boolean {
    if (this.format === 'float64') return true;
    const stored = value - this.base;
    return Number.isInteger(stored) && stored >= 0 && stored <= highest[this.format];
  }

  private widen(): void {
    const format = this.format === 'uint16' ? 'uint32' : 'float64';
    const data = new arrays[format](this.data.length);
    const base = format === 'float64' ? 0 : this.base;
    for (let at = 0; at < this.count; at++) data[at] = this.at(at) - base;
    [this.format, this.base, this.data] = [format, base, data];
  }
}

/** The bytes of a number. */
export function bytesOf(format: NumberFormat): number {
  return arrays[format].BYTES_PER_ELEMENT;
}

/** A copy with room for more: a quarter more if it is long, so that little memory is empty. */
export function enlarged<A extends NumberArray>(array: A, length: number): A {
  const room = length < 1024 ? Math.max(16, 2 * length) : Math.ceil(1.25 * length);
  const copy = new (array.constructor as new (length: number) => A)(room);
  copy.set(array);
  return copy;
}
