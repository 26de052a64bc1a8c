import type { Row } from '../benchmark.js';

export function atMost(what: string, value: number, unit: string, bar: number, detail = ''): Row {
  return { what, value, unit, bar: { relation: '<=', value: bar }, detail };
}

export function information(what: string, value: number, unit: string, detail = ''): Row {
  return { what, value, unit, detail };
}

/** @param share from 0 to 1 */
export function percentile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))]!;
}
