import type { Stats } from '../backend/backend.js';
import { everyValue } from '../files/every-value.js';
import { isObject } from '../files/json-file.js';
import { decodeNumber } from '../files/json-number.js';

type MetricsBySplit = Readonly<Record<string, Stats>>;

/** Undefined where they are not numbers by split and name; NaN and the infinities stand as strings in JSON. */
export function decodeMetrics(value: unknown): MetricsBySplit | undefined {
  if (!isObject(value) || !everyValue(value, isObject)) return undefined;
  if (everyValue(value, isPlainStats)) return value as MetricsBySplit;
  const decoded = Object.entries(value as Record<string, Record<string, unknown>>).map(([split, stats]) => {
    return [split, Object.entries(stats).map(([name, number]) => [name, decodeNumber(number)] as const)] as const;
  });
  if (decoded.some(([, stats]) => stats.some(([, number]) => number === undefined))) return undefined;
  return Object.fromEntries(decoded.map(([split, stats]) => [split, Object.fromEntries(stats)])) as MetricsBySplit;
}

function isPlainStats(stats: unknown): boolean {
  return everyValue(stats as object, (value) => typeof value === 'number');
}
