import type { Cell } from '../../../protocol/table.js';
import type { DisplayColumn } from '../columns/display-columns.js';
import { tailOf } from './number-layout.js';

/** How much room the values of a column need, in digits. */
export interface ColumnShape {
  /** The longest text. */
  readonly length: number;
  /** The part of its numbers before the decimal point, and from it on. */
  readonly head: number;
  readonly tail: number;
  /** The same of best values. */
  readonly bestHead: number;
  readonly bestTail: number;
  /** Whether all values so far are numbers: they are right-aligned. */
  readonly isNumeric: boolean;
}

export const emptyShape: ColumnShape = { length: 0, head: 0, tail: 0, bestHead: 0, bestTail: 0, isNumeric: true };

interface Texts {
  readonly measured: (value: Cell) => string;
  readonly short: (value: Cell) => string;
}

/** Makes room for the values of more rows. Columns only grow: nothing jumps while the page scrolls. */
export function grownShapes(
  shapes: ReadonlyMap<string, ColumnShape>,
  columns: readonly DisplayColumn[],
  rows: Iterable<readonly Cell[]>,
  { measured, short }: Texts,
): ReadonlyMap<string, ColumnShape> {
  const grown = new Map(columns.map(({ name }) => [name, { ...(shapes.get(name) ?? emptyShape) }]));
  for (const cells of rows) {
    for (const { name, at, bestAt, isMetric } of columns) {
      const shape = grown.get(name)!;
      const value = cells[at] ?? null;
      const text = isMetric ? measured(value) : short(value);
      const bestText = bestAt === undefined ? '' : measured(cells[bestAt] ?? null);
      grown.set(name, {
        ...(typeof value === 'number' ? grownNumber(shape, text) : { head: shape.head, tail: shape.tail }),
        bestHead: Math.max(shape.bestHead, bestText.length - tailOf(bestText).length),
        bestTail: Math.max(shape.bestTail, tailOf(bestText).length),
        length: Math.max(shape.length, text.length),
        isNumeric: shape.isNumeric && (value === null || typeof value === 'number'),
      });
    }
  }
  const isSame = shapes.size === grown.size && [...grown].every(([name, shape]) => isEqual(shape, shapes.get(name)));
  return isSame ? shapes : grown;
}

function isEqual(a: ColumnShape, b: ColumnShape | undefined): boolean {
  return b !== undefined && (Object.keys(a) as (keyof ColumnShape)[]).every((key) => a[key] === b[key]);
}

/** Of the widest common system font, DejaVu Sans. */
const digitWidth = 9;
const [least, greatest] = [56, 240];

function grownNumber({ head, tail }: ColumnShape, text: string): Pick<ColumnShape, 'head' | 'tail'> {
  const own = tailOf(text).length;
  return { head: Math.max(head, text.length - own), tail: Math.max(tail, own) };
}

/** Pixels of a column with its header. */
export function widthOf(
  { length, head, tail, bestHead, bestTail }: ColumnShape,
  title: string,
  isSorted: boolean,
): number {
  const best = bestHead + bestTail > 0 ? bestHead + bestTail + 3 : 0;
  const digits = Math.max(length, head + tail) + best;
  const header = title.length * 7 + (isSorted ? 28 : 0);
  return Math.round(Math.min(greatest, Math.max(least, digits * digitWidth, header)) + 20);
}
