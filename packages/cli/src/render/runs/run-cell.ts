import type { FieldValue } from '@forge-ml/core/runs';
import { formatDuration, formatNumber, printableText } from '@forge-ml/core/text';

/** The title of a field's column: `STATUS`, `hidden`, `valid.loss`, `best.valid.loss`. */
export function titleOf(key: string): string {
  if (key === 'created') return 'STARTED';
  if (key === 'duration') return 'TIME';
  const shown = key.replace(/^(flags|last)\./, '');
  return printableText(shown === key && !key.includes('.') ? key.toUpperCase() : shown);
}

/** A value as a table shows it: metrics with a few digits, flags as they are. */
export function cellOf(key: string, value: FieldValue | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') {
    if (key === 'duration') return formatDuration(value);
    return /^(best|last)\./.test(key) ? formatNumber(value) : String(value);
  }
  if (key === 'created') return printableText(localTime(String(value)));
  return printableText(typeof value === 'object' ? value.join(' ') : String(value));
}

/** `2025-03-09 14:05` in local time. */
export function localTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const two = (part: number) => String(part).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
