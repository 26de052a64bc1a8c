import type { Value } from './step.js';

const longest = 40;

/** A value as messages show it: `the text "old"`, `missing`, `an array`. */
export function describeCell(value: Value | undefined): string {
  if (value === undefined || value === null) return 'missing';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return 'an array';
  return `the text ${JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value)}`;
}
