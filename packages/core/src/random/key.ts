import { ForgeError } from '../errors/forge-error.js';
import { threefry4x32, type Words } from './threefry.js';

/**
 * The purpose of a counter. Draws, numbered children and named children of one key use counters that differ in
 * this word, so they never collide.
 */
export const purpose = { draw: 0, number: 1, name: 2 } as const;

const scratch = new Uint32Array(4);
const utf8 = new TextEncoder();

/** @throws ForgeError USAGE unless the seed is a safe integer (NaN, fractions and 2^53 are not). */
export function checkSeed(seed: number): void {
  if (Number.isSafeInteger(seed)) return;
  throw new ForgeError('USAGE', `A random seed must be an integer within ±(2^53 - 1), not ${String(seed)}.`, {
    about: 'seed',
    hint: 'Pass an integer, such as the seed that load of a data config receives.',
  });
}

export function keyOfSeed(seed: number): Words {
  checkSeed(seed);
  return [low(seed), high(seed), 0, 0];
}

/** The key of a child: statistically independent of its parent's draws and of every other child. */
export function childKey(key: Words, child: number | string): Words {
  if (typeof child === 'number') {
    checkSeed(child);
    return encrypt(key, low(child), high(child), purpose.number, 0);
  }
  // Eight bytes at a time; the length in every counter distinguishes a name from its prefixes.
  const bytes = utf8.encode(child);
  const padded = new DataView(new ArrayBuffer(Math.max(8, Math.ceil(bytes.length / 8) * 8)));
  new Uint8Array(padded.buffer).set(bytes);
  let result = key;
  for (let at = 0; at < padded.byteLength; at += 8) {
    result = encrypt(result, padded.getUint32(at, true), padded.getUint32(at + 4, true), purpose.name, bytes.length);
  }
  return result;
}

export function low(integer: number): number {
  return integer | 0;
}

export function high(integer: number): number {
  return Math.floor(integer / 2 ** 32) | 0;
}

function encrypt(key: Words, c0: number, c1: number, c2: number, c3: number): Words {
  threefry4x32(key, c0, c1, c2, c3, scratch);
  return [scratch[0]! | 0, scratch[1]! | 0, scratch[2]! | 0, scratch[3]! | 0];
}
