import type { Cell } from '../../../protocol/table.js';
import type { DisplayColumn } from '../columns/display-columns.js';
import { tailOf } from './number-layout.js';

/** How much room the values of a column need, in digits. */
export interface ColumnShape {
  /** The part of its numbers from the decimal point on. */
  readonly tail: number;
  readonly bestTail: number;
  readonly length: number;
  /** Whether all values so far are numbers: they are right-aligned. */
  readonly isNumeric: boolean;
}

const empty: ColumnShape = { tail: 0, bestTail: 0, length: 0, isNumeric: true };

interface Texts {
  readonly measured: (value: Cell) => string;
  readonly exact: (value: Cell) => string;
}

/** Makes room for the values of more rows. Columns only grow: nothing jumps while the page scrolls. */
export function grownShapes(
  shapes: ReadonlyMap<string, ColumnShape>,
  columns: readonly DisplayColumn[],
  rows: Iterable<readonly Cell[]>,
  { measured, exact }: Texts,
): ReadonlyMap<string, ColumnShape> {
  const grown = new Map(columns.map(({ name }) => [name, { ...(shapes.get(name) ?? empty) }]));
  for (const cells of rows) {
    for (const { name, at, bestAt, isMetric } of columns) {
      const shape = grown.get(name)!;
      const value = cells[at] ?? null;
      const text = isMetric ? measured(value) : exact(value);
      const bestText = bestAt === undefined ? '' : measured(cells[bestAt] ?? null);
      grown.set(name, {
        tail: Math.max(shape.tail, typeof value === 'number' ? tailOf(text).length : 0),
        bestTail: Math.max(shape.bestTail, tailOf(bestText).length),
        length: Math.max(shape.length, text.length + (bestText === '' ? 0 : bestText.length + 3)),
        isNumeric: shape.isNumeric && (value === null || typeof value === 'number'),
      });
    }
  }
  return grown;
}

const digit = 8;
const [least, greatest] = [56, 240];

/** Pixels of a column with its header. */
export function widthOf({ length, tail, bestTail }: ColumnShape, title: string, isSorted: boolean): number {
  const numbers = length + Math.min(2, tail) + Math.min(2, bestTail);
  const header = title.length * 7 + (isSorted ? 16 : 0);
  return Math.round(Math.min(greatest, Math.max(least, numbers * digit, header)) + 20);
}
