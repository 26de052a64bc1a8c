import { bytesPerElement, sizeOf, type TensorData } from '../tensor/tensor-data.js';

/** Rows below this many bytes are copied faster by a loop than by a call. */
const smallRow = 16;

interface Column {
  readonly name: string;
  readonly dtype: TensorData['dtype'];
  /** One row's shape. */
  readonly shape: readonly number[];
  readonly rowBytes: number;
  readonly bytes: Uint8Array;
}

/** Named arrays of one length, read by row. It always returns copies. */
export class RowTable<N extends string = string> {
  readonly #columns: readonly Column[];

  constructor(
    readonly length: number,
    tensors: ReadonlyMap<string, TensorData>,
  ) {
    this.#columns = [...tensors].map(([name, { dtype, shape, bytes }]) => {
      const row = shape.slice(1);
      return { name, dtype, shape: row, rowBytes: sizeOf(row) * bytesPerElement[dtype], bytes };
    });
  }

  /** Row `row` of every array, each of the array's shape without its first dimension. */
  example(row: number): Readonly<Record<N, TensorData>> {
    return this.#collect(({ dtype, shape, rowBytes, bytes }) => ({
      dtype,
      shape,
      bytes: bytes.slice(row * rowBytes, (row + 1) * rowBytes),
    }));
  }

  /** The given rows of every array, stacked: shapes [rows, …]. */
  gather(rows: Uint32Array): Readonly<Record<N, TensorData>> {
    return this.#collect(({ dtype, shape, rowBytes, bytes }) => {
      const copy = rowBytes < smallRow ? copySmallRows : copyRows;
      return { dtype, shape: [rows.length, ...shape], bytes: copy(bytes, rows, rowBytes) };
    });
  }

  #collect(tensorOf: (column: Column) => TensorData): Readonly<Record<N, TensorData>> {
    const result: Record<string, TensorData> = {};
    for (const column of this.#columns) result[column.name] = tensorOf(column);
    return result as Record<N, TensorData>;
  }
}

/** Copies consecutive rows in one call, so that unshuffled data needs one copy per batch. */
function copyRows(from: Uint8Array, rows: Uint32Array, rowBytes: number): Uint8Array {
  // Uninitialized, since every byte is written below: saves a sixth of the time of a 64 x 784 batch.
  const to = new Uint8Array(Buffer.allocUnsafeSlow(rows.length * rowBytes).buffer);
  for (let start = 0; start < rows.length; ) {
    let end = start + 1;
    while (end < rows.length && rows[end] === rows[end - 1]! + 1) end++;
    const offset = rows[start]! * rowBytes;
    to.set(from.subarray(offset, offset + (end - start) * rowBytes), start * rowBytes);
    start = end;
  }
  return to;
}

function copySmallRows(from: Uint8Array, rows: Uint32Array, rowBytes: number): Uint8Array {
  const to = new Uint8Array(rows.length * rowBytes);
  let written = 0;
  for (const row of rows) {
    const offset = row * rowBytes;
    for (let byte = 0; byte < rowBytes; byte++) to[written++] = from[offset + byte]!;
  }
  return to;
}
