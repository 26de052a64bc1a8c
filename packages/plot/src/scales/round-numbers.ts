/*
 * Round numbers of an axis: 1, 2 and 5 times powers of ten, as d3-array chooses them (ISC licence, Mike Bostock;
 * https://github.com/d3/d3-array, src/ticks.js and src/nice.js). The package itself is not used because d3-scale needs four
 * others: 11 kB of a page.
 */

/** Steps of `size`, from `first` to `last` times it; or of 1 / `size`, so that decimal numbers are exact. */
interface Steps {
  readonly first: number;
  readonly last: number;
  readonly size: number;
  readonly isInverse: boolean;
}

/** About `count` round numbers from one number to a greater one. */
export function roundNumbers(from: number, to: number, count: number): number[] {
  if (haveNone(from, to)) return from === to ? [from] : [from, to];
  const { first, last, size, isInverse } = stepsOf(from, to, count);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => {
    return isInverse ? (first + at) / size : (first + at) * size;
  });
}

/** Round numbers that enclose a range. */
export function roundEnds(from: number, to: number): [number, number] {
  if (haveNone(from, to)) return [from, to];
  let ends: [number, number] = [from, to];
  let before: string | undefined;
  for (let attempt = 0; attempt < 10; attempt++) {
    const { size, isInverse } = stepsOf(ends[0], ends[1], 10);
    const step = `${size} ${isInverse}`;
    if (step === before) return ends;
    before = step;
    const [low, high] = isInverse ? [ends[0] * size, ends[1] * size] : [ends[0] / size, ends[1] / size];
    const [start, end] = [Math.floor(low), Math.ceil(high)];
    ends = isInverse ? [start / size, end / size] : [start * size, end * size];
  }
  return [from, to];
}

/** Whether numbers are too close for round ones between them, or too far apart for any number. */
function haveNone(from: number, to: number): boolean {
  const length = to - from;
  return !(length > 1e-12 * Math.max(Math.abs(from), Math.abs(to))) || !Number.isFinite(length);
}

function stepsOf(from: number, to: number, count: number): Steps {
  const least = (to - from) / count;
  const power = Math.floor(Math.log10(least));
  const excess = least / 10 ** power;
  const factor = excess >= Math.sqrt(50) ? 10 : excess >= Math.sqrt(10) ? 5 : excess >= Math.SQRT2 ? 2 : 1;
  const isInverse = power < 0;
  const size = isInverse ? 10 ** -power / factor : 10 ** power * factor;
  const place = (at: number) => (isInverse ? at / size : at * size);
  let first = Math.round(isInverse ? from * size : from / size);
  let last = Math.round(isInverse ? to * size : to / size);
  if (place(first) < from) first++;
  if (place(last) > to) last--;
  if (last < first && count < 2) return stepsOf(from, to, count * 2);
  return { first, last, size, isInverse };
}
