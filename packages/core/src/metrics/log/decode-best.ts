import { decodeNumber, type EncodedNumber } from '../../json/json-number.js';
import type { Count } from '../../schema/count.js';
import type { MeasuredMetrics } from './last-and-best.js';

/** Best values by split and name as JSON: NaN and ±Infinity are strings. */
export type EncodedBest = Readonly<
  Record<string, Readonly<Record<string, { readonly value: EncodedNumber; readonly step: Count }>>>
>;

/** Decodes the values to numbers, in place: copies would slow down a list of thousands of runs. */
export function decodeBest(encoded: EncodedBest): MeasuredMetrics {
  for (const split in encoded) {
    for (const name in encoded[split]) {
      const measured = encoded[split][name] as { value: EncodedNumber };
      if (typeof measured.value === 'string') measured.value = decodeNumber(measured.value)!;
    }
  }
  return encoded as MeasuredMetrics;
}
