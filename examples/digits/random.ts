/** Random numbers that are a pure function of (seed, index), whatever was drawn before. */
export interface Random {
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Approximately normal: mean 0, standard deviation 1, within ±3.47. */
  normal(): number;
  /** A whole number in [0, count). */
  below(count: number): number;
}

/** Mulberry32, seeded with a hash of seed and index. */
export function randomAt(seed: number, index: number): Random {
  let state = mix(mix(seed | 0) + Math.imul(index, 0x9e3779b1));
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    return (mix(state) >>> 0) / 0x1_0000_0000;
  };
  return {
    between: (low, high) => low + (high - low) * uniform(),
    // The sum of four uniforms has variance 4 / 12.
    normal: () => (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3),
    below: (count) => Math.floor(uniform() * count),
  };
}

/** MurmurHash3's 32-bit finalizer: every input bit reaches every output bit. */
function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
