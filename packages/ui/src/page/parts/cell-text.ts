import { formatNumber, printableText } from '@forge-ml/core/text';
import type { Cell } from '../../protocol/table.js';

/** A value as text: numbers of flags as they were given, so that they can be searched for. */
export function exactText(value: Cell): string {
  if (value === null) return '';
  if (Array.isArray(value)) return printableText(value.join(', '));
  return printableText(String(value));
}

/** Digits that a number of a flag may have: more were computed, as by a sweep. */
const mostDigits = 8;

/** A value as text that fits a column: a number of many digits with four significant ones. */
export function shortText(value: Cell): string {
  const exact = exactText(value);
  return typeof value === 'number' && exact.length > mostDigits ? String(Number(value.toPrecision(4))) : exact;
}

/** A measured value is shown with four significant digits. */
export function measuredText(value: Cell): string {
  return typeof value === 'number' ? formatNumber(value) : exactText(value);
}
