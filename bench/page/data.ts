import type { Line } from '../../packages/ui/src/protocol/curves.js';

/** Losses that fall with noise. @param sameSteps false: every curve has its own places, as on an axis of time */
export function lossCurves(count: number, points: number, sameSteps: boolean): Line[] {
  const random = randomFrom(1);
  const steps = Float64Array.from({ length: points }, (_, at) => at + 1);
  return Array.from({ length: count }, (_, of) => {
    const pace = 1 + random() / 2;
    const x = sameSteps ? steps : steps.map((step) => (step + random() / 2) * pace);
    const floor = (of + 1) / count;
    const y = steps.map((step) => floor + Math.exp((-5 * step) / points) + 0.02 * (random() - 0.5));
    return { x, y };
  });
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
