import { ForgeError } from '../errors/forge-error.js';
import { RandomStream } from './random-stream.js';

/**
 * The numbers from 0 to n - 1 in an order that is a pure function of (n, seed, epoch); every order is equally
 * likely (Fisher and Yates, as in Durstenfeld 1964).
 * @throws ForgeError USAGE for a seed or epoch that is not a safe integer, or a length above 2^32.
 */
export function permutation(n: number, seed: number, epoch: number): Uint32Array {
  if (!(n >= 0 && n <= 2 ** 32 && Number.isInteger(n))) {
    throw new ForgeError('USAGE', `A permutation takes a length from 0 to 2^32, not ${n}.`, { about: 'n' });
  }
  const random = RandomStream.of(seed, 'permutation').child(epoch);
  const order = new Uint32Array(n);
  for (let index = 0; index < n; index++) order[index] = index;
  for (let last = n - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const value = order[last]!;
    order[last] = order[other]!;
    order[other] = value;
  }
  return order;
}
