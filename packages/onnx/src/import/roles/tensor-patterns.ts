import type { Elements } from './elements.js';

/** Enough to tell a pattern; larger tensors are judged by so many of their first elements. */
const most = 65_536;

/** Whether all elements are equal, as those of a norm before any training, or of a constant written out. */
export function isUniform({ count, at }: Elements): boolean {
  for (let index = 1; index < count; index++) if (at(index) !== at(0)) return false;
  return true;
}

/** Whether it is 0 in some places and one other number in all others, or has infinities: a mask, or a selection. */
export function isMask({ count, at }: Elements): boolean {
  const found = new Set<number>();
  let rounds = false;
  for (let index = 0; index < Math.min(count, most); index++) {
    const value = at(index);
    if (!Number.isFinite(value) || Math.abs(value) > 1e30) return true;
    if (found.size < 3) found.add(value);
    rounds = found.size > 2;
    if (rounds && index >= 4096) return false;
  }
  return !rounds && count >= 4 && found.size === 2 && found.has(0);
}

/** Whether each line along some axis rises by the same step, as in tables of places, grids and linear biases. */
export function isProgression(elements: Elements): boolean {
  return elements.shape.some((size, axis) => size >= 4 && linesAlong(elements, axis, isArithmetic));
}

/** Whether it is one line of powers, as the frequencies of position encodings are. */
export function isGeometric(elements: Elements): boolean {
  const { count, shape, at } = elements;
  if (count < 4 || shape.filter((size) => size > 1).length !== 1) return false;
  const ratio = at(1) / at(0);
  if (ratio === 1 || !(ratio > 0)) return false;
  for (let index = 2; index < count; index++) if (!isNear(at(index) / at(index - 1), ratio, 1e-3)) return false;
  return true;
}

/**
 * Whether it holds sines and cosines of the same angles: next to each other or in two halves, along some axis. Position
 * tables (Vaswani et al., 2017, section 3.5) and bases of Fourier transforms, also windowed ones.
 */
export function isSinusoidal(elements: Elements): boolean {
  const { shape, count } = elements;
  if (shape.filter((size) => size > 1).length < 2 || isUniform(elements)) return false;
  return shape.some((size, axis) => {
    const half = size / 2;
    if (half < 2 || !Number.isInteger(half) || count / size < 2) return false;
    const halves = (pair: number) => [pair, pair + half] as const;
    const neighbours = (pair: number) => [2 * pair, 2 * pair + 1] as const;
    return [halves, neighbours].some((pairs) => {
      let hasBoth = false;
      const fits = linesAlong(elements, axis, (line) => {
        const squares = (pair: number) => pairs(pair).reduce((sum, at) => sum + line(at) ** 2, 0);
        for (let pair = 1; pair < half; pair++) if (!isNear(squares(pair), squares(0), 1e-4)) return false;
        hasBoth ||= Array.from({ length: half }, (_, pair) => line(pairs(pair)[0])).some((value) => value !== line(0));
        return true;
      });
      return fits && hasBoth;
    });
  });
}

/**
 * Whether two tensors are the cosines and sines of the same angles, up to one factor: the tables of rotary position
 * embeddings (Su et al., 2021).
 */
export function areCosinesAndSines(one: Elements, other: Elements): boolean {
  if (one.count !== other.count || one.count < 4 || isUniform(one) || isUniform(other)) return false;
  const squares = (index: number) => one.at(index) ** 2 + other.at(index) ** 2;
  for (let index = 1; index < Math.min(one.count, most); index++) {
    if (!isNear(squares(index), squares(0), 1e-3)) return false;
  }
  return true;
}

function isArithmetic(line: (index: number) => number, size: number): boolean {
  const step = line(1) - line(0);
  if (step === 0) return false;
  for (let index = 2; index < size; index++) {
    if (Math.abs(line(index) - line(0) - index * step) > 1e-4 * Math.abs(index * step)) return false;
  }
  return true;
}

/** Whether `test` holds for the lines along an axis; of large tensors, for the first. */
function linesAlong(
  { shape, count, at }: Elements,
  axis: number,
  test: (line: (index: number) => number, size: number) => boolean,
): boolean {
  const size = shape[axis]!;
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const lines = Math.min(count / size, Math.ceil(most / size));
  for (let line = 0; line < lines; line++) {
    const start = Math.floor(line / inner) * size * inner + (line % inner);
    if (!test((index) => at(start + index * inner), size)) return false;
  }
  return true;
}

function isNear(value: number, wanted: number, tolerance: number): boolean {
  return Math.abs(value - wanted) <= tolerance * Math.max(Math.abs(wanted), 1e-12);
}
