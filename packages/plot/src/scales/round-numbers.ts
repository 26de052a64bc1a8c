import { nice, ticks } from 'd3-array';

/** About `count` round numbers from one number to a greater one: 1, 2 or 5 times a power of ten apart. */
export function roundNumbers(from: number, to: number, count: number): number[] {
  if (haveNone(from, to)) return from === to ? [from] : [from, to];
  return ticks(from, to, count);
}

/** Round numbers that enclose a range. */
export function roundEnds(from: number, to: number): [number, number] {
  return haveNone(from, to) ? [from, to] : nice(from, to, 10);
}

/** Whether numbers are too close for round ones between them, or too far apart for any number. */
function haveNone(from: number, to: number): boolean {
  const length = to - from;
  return !(length > 1e-12 * Math.max(Math.abs(from), Math.abs(to))) || !Number.isFinite(length);
}
