/** JSON has no NaN and no infinities; Forge's files write them as these strings. */
export type EncodedNumber = number | 'NaN' | 'Infinity' | '-Infinity';

export function encodeNumber(value: number): EncodedNumber {
  return Number.isFinite(value) ? value : (String(value) as EncodedNumber);
}

/** The number that a JSON value encodes; undefined if it encodes none. */
export function decodeNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : undefined;
}

/** A replacer for `JSON.stringify`, which would write null for NaN and infinities. */
export function encodeNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? encodeNumber(value) : value;
}
