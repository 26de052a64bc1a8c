import type { Row } from '@forge-ml/core';
import type { ParquetCell } from './cells.js';

type Cells = readonly (ParquetCell | null)[] | Float64Array;

/** The rows of one row group in memory, by column. A row is an object only while it is used. */
export class RowGroup {
  readonly #columns: readonly (readonly [name: string, cells: Cells])[];

  constructor(
    readonly rows: number,
    columns: readonly (readonly [name: string, cells: readonly (ParquetCell | null)[]])[],
  ) {
    this.#columns = columns.map(([name, cells]) => [name, compact(cells)]);
  }

  row(index: number): Row {
    return Object.fromEntries(this.#columns.map(([name, cells]) => [name, cellOf(cells[index]!)]));
  }
}

/** Numbers take 8 bytes each; a missing one is NaN. */
function compact(cells: readonly (ParquetCell | null)[]): Cells {
  const numbers = cells.every((cell) => typeof cell === 'number' || cell === null);
  return numbers ? Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : (cell as number))) : cells;
}

/** Bytes are copied: the consumer may change them. */
function cellOf(cell: ParquetCell | null): ParquetCell | null {
  if (typeof cell === 'number' && Number.isNaN(cell)) return null;
  return cell instanceof Uint8Array ? cell.slice() : cell;
}
