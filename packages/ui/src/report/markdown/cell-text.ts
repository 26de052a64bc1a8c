import { formatNumber } from '@forge-ml/core/text';
import type { Cell } from '../../protocol/table.js';
import { inCode } from './markdown-text.js';

/** A value in a table: flags exactly, as they are typed. */
export function exactCell(value: Cell): string {
  if (value === null) return '';
  return inCode(Array.isArray(value) ? value.join(', ') : String(value));
}

/** A metric's value in 4 digits, and the step that it is of. */
export function metricCell(value: number | null, step: number | null = null): string {
  if (value === null) return '';
  return step === null ? formatNumber(value) : `${formatNumber(value)} (step ${step})`;
}
