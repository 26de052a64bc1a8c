import type { Range } from './chart-data.js';

/**
 * The range of an axis while data grows. It stays as it is as long as the data fits and uses most of it, so that nothing
 * moves with each new point; then it gets room for more.
 * @param needed what the data uses, with its margin
 * @param room the part of its length that it is longer than needed, at its start and at its end
 */
export function steadyRange(
  previous: Range | undefined,
  needed: Range,
  log: boolean,
  room: { readonly start: number; readonly end: number },
): Range {
  if (previous === undefined) return needed;
  const [low, high] = log ? [Math.log(needed.from), Math.log(needed.to)] : [needed.from, needed.to];
  const [from, to] = log ? [Math.log(previous.from), Math.log(previous.to)] : [previous.from, previous.to];
  const length = high - low;
  if (low >= from && high <= to && length > 0.6 * (to - from)) return previous;
  const start = low < from ? low - length * room.start : low;
  const end = high > to ? high + length * room.end : high;
  return log ? { from: Math.exp(start), to: Math.exp(end) } : { from: start, to: end };
}
