import type { Stats } from '../../backend/backend.js';
import { decodeNumber, type EncodedNumber } from '../../json/json-number.js';

/** Metrics by split and name as JSON: NaN and ±Infinity are strings. */
export type EncodedMetrics = Readonly<Record<string, Readonly<Record<string, EncodedNumber>>>>;
type Metrics = Readonly<Record<string, Stats>>;

/** Decodes metrics to numbers; returns the same object if none is a string. */
export function decodeMetrics(encoded: EncodedMetrics): Metrics {
  for (const split in encoded) {
    for (const name in encoded[split]) if (typeof encoded[split][name] === 'string') return decodeAll(encoded);
  }
  return encoded as Metrics;
}

function decodeAll(encoded: EncodedMetrics): Metrics {
  const splits = Object.entries(encoded).map(([split, stats]) => {
    return [split, Object.fromEntries(Object.entries(stats).map(([name, value]) => [name, decodeNumber(value)!]))];
  });
  return Object.fromEntries(splits);
}
