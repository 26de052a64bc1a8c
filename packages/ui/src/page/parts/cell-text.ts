import { formatNumber, printableText } from '@forge-ml/core/text';
import type { Cell } from '../../protocol/table.js';

/** A value as text: numbers of flags as they were given, so that they can be searched for. */
export function exactText(value: Cell): string {
  if (value === null) return '';
  if (Array.isArray(value)) return printableText(value.join(', '));
  return printableText(String(value));
}

/** A measured value is shown with four significant digits. */
export function measuredText(value: Cell): string {
  return typeof value === 'number' ? formatNumber(value) : exactText(value);
}
