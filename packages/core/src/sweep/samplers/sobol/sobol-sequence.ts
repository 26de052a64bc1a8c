import { RandomStream } from '../../../random/random-stream.js';
import { directionNumbers } from './direction-numbers.js';

/** Bits of a coordinate, and of the index of a point. */
const bits = 32;

/** The most dimensions that a sequence can have. */
export const mostDimensions = 256;

/**
 * A Sobol sequence (I. M. Sobol, 1967) in Gray-code order (Antonov and Saleev, 1979), with the direction numbers of Joe
 * and Kuo.
 */
export interface SobolSequence {
  /** Point `index`, from 0 to 2^32 - 1: a coordinate in [0, 1) for each dimension, a multiple of 2^-32. */
  point(index: number): number[];
}

/**
 * @param dimensions from 1 to 256
 * @param seed of a random linear scramble with a digital shift (J. Matoušek, "On the L2-discrepancy for anchored boxes",
 * 1998); undefined for the sequence itself
 */
export function sobolSequence(dimensions: number, seed?: number): SobolSequence {
  const lines = directionNumbers.split('\n', dimensions);
  const columns = Array.from({ length: dimensions }, (_, dimension) => {
    const directions = directionsOf(dimension === 0 ? undefined : lines[dimension - 1]!);
    if (seed === undefined) return { directions, shift: 0 };
    const stream = RandomStream.of(seed, 'sobol').child(dimension);
    return { directions: scrambled(directions, stream), shift: stream.uint32() };
  });
  return {
    point(index) {
      const gray = (index ^ (index >>> 1)) >>> 0;
      return columns.map(({ directions, shift }) => {
        let digits = shift;
        for (let bit = 0; gray >>> bit > 0 && bit < bits; bit++) if ((gray >>> bit) & 1) digits ^= directions[bit]!;
        return (digits >>> 0) / 2 ** bits;
      });
    },
  };
}

/**
 * The direction numbers v_1 to v_32, the first binary digit as the highest bit.
 * @param line degree, coefficients, m_1 to m_s; undefined for the first dimension, the van der Corput sequence
 */
function directionsOf(line: string | undefined): Uint32Array {
  if (line === undefined) return Uint32Array.from({ length: bits }, (_, at) => 1 << (bits - 1 - at));
  const [degree, coefficients, ...initial] = line.split(' ').map(Number) as [number, number, ...number[]];
  const directions = new Uint32Array(bits);
  for (let at = 0; at < bits; at++) {
    if (at < degree) {
      directions[at] = initial[at]! << (bits - 1 - at);
      continue;
    }
    let next = directions[at - degree]! ^ (directions[at - degree]! >>> degree);
    for (let back = 1; back < degree; back++) {
      if ((coefficients >>> (degree - 1 - back)) & 1) next ^= directions[at - back]!;
    }
    directions[at] = next;
  }
  return directions;
}

/** The directions times a random lower triangular matrix of binary digits, with ones on its diagonal. */
function scrambled(directions: Uint32Array, stream: RandomStream): Uint32Array {
  const rows = Array.from({ length: bits }, (_, row) => {
    const diagonal = 1 << (bits - 1 - row);
    const before = row === 0 ? 0 : -1 << (bits - row);
    return (stream.uint32() & before) | diagonal;
  });
  return directions.map((direction) => {
    let digits = 0;
    for (const row of rows) digits = (digits << 1) | parity(row & direction);
    return digits;
  });
}

/** Whether the number of ones is odd: 1 or 0. */
function parity(word: number): number {
  let folded = word;
  for (let half = bits / 2; half >= 1; half /= 2) folded ^= folded >>> half;
  return folded & 1;
}
