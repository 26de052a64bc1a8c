import type { Cell, Row } from '../tensor/row.js';
import { IndexedDataset } from './indexed.js';

/** One column of a table, compact in memory. */
export type TableColumn =
  /** NaN is a missing value. */
  | { readonly kind: 'number'; readonly values: Float64Array }
  | { readonly kind: 'string'; readonly values: readonly (string | null)[] }
  /** 0 is false, 1 is true, 2 is a missing value. */
  | { readonly kind: 'boolean'; readonly values: Uint8Array };

export type ColumnKind = TableColumn['kind'];

/** A table in memory, by column. A row is an object only while it is used. */
export class ColumnTable {
  readonly #readers: readonly (readonly [string, (row: number) => Cell])[];

  constructor(
    readonly length: number,
    readonly columns: ReadonlyMap<string, TableColumn>,
  ) {
    this.#readers = [...columns].map(([name, column]) => [name, cellReader(column)]);
  }

  /** Row `index`, as a new object. */
  row(index: number): Row {
    const row: Record<string, Cell> = {};
    for (const [name, cell] of this.#readers) row[name] = cell(index);
    return row;
  }
}

function cellReader(column: TableColumn): (row: number) => Cell {
  const { values } = column;
  switch (column.kind) {
    case 'number':
      return (row) => {
        const value = values[row] as number;
        return Number.isNaN(value) ? null : value;
      };
    case 'string':
      return (row) => values[row] as string | null;
    case 'boolean':
      return (row) => (values[row] === 2 ? null : values[row] === 1);
  }
}

/** The rows of a table, with random access. */
export class TableDataset extends IndexedDataset<Row> {
  constructor(readonly table: ColumnTable) {
    super(table.length, () => ({ at: (index) => table.row(index), dependsOnEpoch: () => false }));
  }
}
