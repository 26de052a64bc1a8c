import type { Curve } from '../../protocol/curves.js';

/** What a chart does not show, and why; null if it shows all. */
export function chartNote(curves: readonly Curve[]): string | null {
  const count = curves.reduce((sum, { notPositive }) => sum + notPositive, 0);
  if (count === 0) return null;
  return count === 1 ? '1 value is not above 0: not shown' : `${count} values are not above 0: not shown`;
}
