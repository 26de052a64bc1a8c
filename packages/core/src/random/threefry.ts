/**
 * Threefry-4x32 with 20 rounds: a counter-based random number generator, a keyed bijection of 128-bit counters.
 * Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). Chosen over Philox
 * because it needs no 64-bit products, which JavaScript numbers do not have.
 */
const parity = 0x1bd11bda;

/** Two rotations a round, repeating after eight rounds. */
const rotations = new Uint8Array([10, 26, 11, 21, 13, 27, 23, 5, 6, 20, 17, 11, 25, 10, 18, 20]);

/** Four 32-bit words. */
export type Words = readonly [number, number, number, number];

/** Writes the four words of one counter under one key to `out`. */
export function threefry4x32(key: Words, c0: number, c1: number, c2: number, c3: number, out: Uint32Array): void {
  const [k0, k1, k2, k3] = key;
  const k4 = parity ^ k0 ^ k1 ^ k2 ^ k3;
  // Key schedule: word i gets the key word (i + injection) mod 5, so the five words rotate at each injection.
  let [a, b, c, d, e] = [k0, k1, k2, k3, k4];
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  let x2 = (c2 + k2) | 0;
  let x3 = (c3 + k3) | 0;
  for (let round = 0; round < 20; round += 4) {
    const r = (round & 4) << 1;
    x0 = (x0 + x1) | 0;
    x1 = rotate(x1, rotations[r]!) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = rotate(x3, rotations[r + 1]!) ^ x2;

    x0 = (x0 + x3) | 0;
    x3 = rotate(x3, rotations[r + 2]!) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = rotate(x1, rotations[r + 3]!) ^ x2;

    x0 = (x0 + x1) | 0;
    x1 = rotate(x1, rotations[r + 4]!) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = rotate(x3, rotations[r + 5]!) ^ x2;

    x0 = (x0 + x3) | 0;
    x3 = rotate(x3, rotations[r + 6]!) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = rotate(x1, rotations[r + 7]!) ^ x2;

    const first = a;
    a = b;
    b = c;
    c = d;
    d = e;
    e = first;
    x0 = (x0 + a) | 0;
    x1 = (x1 + b) | 0;
    x2 = (x2 + c) | 0;
    x3 = (x3 + d + (round >> 2) + 1) | 0;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
