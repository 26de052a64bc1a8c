import { type ColumnKind, ColumnTable, type TableColumn } from '../../data/column-table.js';

/** How a cell of a column is read. */
export const cellKinds = {
  /** Not read. */
  skip: 0,
  number: 1,
  string: 2,
  boolean: 3,
  /** The first value decides. */
  undecided: 4,
  /** Text in a column whose earlier cells were read as another kind: the file is read again. */
  again: 5,
} as const;
export type CellKind = (typeof cellKinds)[keyof typeof cellKinds];

/** The columns of a table that grows. A parser writes into the arrays at `length` and then raises it. */
export class TableBuilder {
  length = 0;
  readonly numbers: Float64Array[];
  readonly strings: (string | null)[][];
  readonly flags: Uint8Array[];

  constructor(
    /** By column; an undecided one changes. */
    readonly kinds: Uint8Array,
    public capacity: number,
  ) {
    this.numbers = Array.from(kinds, (kind) => new Float64Array(kind === cellKinds.number ? capacity : 0));
    this.strings = Array.from(kinds, () => []);
    this.flags = Array.from(kinds, (kind) => new Uint8Array(kind === cellKinds.boolean ? capacity : 0));
  }

  grow(capacity: number): void {
    this.capacity = capacity;
    for (let column = 0; column < this.kinds.length; column++) {
      if (this.kinds[column] === cellKinds.number) this.numbers[column] = larger(this.numbers[column]!, capacity);
      if (this.kinds[column] === cellKinds.boolean) this.flags[column] = larger(this.flags[column]!, capacity);
    }
  }

  /** Sets the kind of an undecided column; the rows before are missing values. */
  decide(column: number, kind: ColumnKind): void {
    this.kinds[column] = cellKinds[kind];
    if (kind === 'number') this.numbers[column] = new Float64Array(this.capacity).fill(Number.NaN, 0, this.length);
    if (kind === 'boolean') this.flags[column] = new Uint8Array(this.capacity).fill(2, 0, this.length);
    if (kind === 'string') for (let row = 0; row < this.length; row++) this.strings[column]!.push(null);
  }

  /** @param names by column */
  table(names: readonly string[]): ColumnTable {
    const columns = new Map<string, TableColumn>();
    names.forEach((name, column) => {
      const found = this.#column(column);
      if (found !== undefined) columns.set(name, found);
    });
    return new ColumnTable(this.length, columns);
  }

  #column(column: number): TableColumn | undefined {
    switch (this.kinds[column]) {
      case cellKinds.number:
        return { kind: 'number', values: trimmed(this.numbers[column]!, this.length) };
      case cellKinds.boolean:
        return { kind: 'boolean', values: trimmed(this.flags[column]!, this.length) };
      case cellKinds.string: {
        const values = this.strings[column]!;
        // The last row may have been a bad one.
        values.length = this.length;
        return { kind: 'string', values };
      }
      case cellKinds.undecided:
        return { kind: 'string', values: new Array<null>(this.length).fill(null) };
      default:
        return undefined;
    }
  }
}

function larger<T extends Float64Array | Uint8Array>(array: T, capacity: number): T {
  const copy = new (array.constructor as new (length: number) => T)(capacity);
  copy.set(array);
  return copy;
}

/** A copy if much would be unused. */
function trimmed<T extends Float64Array | Uint8Array>(array: T, length: number): T {
  return (length < array.length * 0.75 ? array.slice(0, length) : array.subarray(0, length)) as T;
}
