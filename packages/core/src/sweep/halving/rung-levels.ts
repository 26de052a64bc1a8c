/** What the rungs of a sweep depend on; see `Halving`. */
export interface HalvingShape {
  readonly name: 'asha' | 'hyperband';
  /** At least 1.1. */
  readonly reduction: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Where the trials of a bracket pause: min · reduction^(bracket + i), rounded, below max. Empty where they train to their
 * limit at once.
 */
export function rungLevels({ min, max, reduction }: HalvingShape, bracket = 0): readonly number[] {
  const levels: number[] = [];
  for (let power = bracket; ; power++) {
    const level = Math.round(min * reduction ** power);
    if (level >= max) return levels;
    if (level > (levels.at(-1) ?? 0)) levels.push(level);
  }
}

/**
 * The bracket of a trial: Hyperband's brackets in turn, the one with the most rungs first (Li et al., Hyperband, 2018,
 * algorithm 1). Null without brackets.
 * @param trial from 1
 */
export function bracketOf(halving: HalvingShape, trial: number): number | null {
  if (halving.name === 'asha') return null;
  const sizes = bracketSizes(halving);
  let place = (trial - 1) % sizes.reduce((sum, size) => sum + size, 0);
  return sizes.findIndex((size) => {
    place -= size;
    return place < 0;
  });
}

/** How many of the trials after `from`, up to `to`, are in a bracket. */
export function trialsInBracket(halving: HalvingShape, bracket: number | null, from: number, to: number): number {
  if (bracket === null || to === Infinity) return Math.max(0, to - from);
  const sizes = bracketSizes(halving);
  const cycle = sizes.reduce((sum, size) => sum + size, 0);
  const before = sizes.slice(0, bracket).reduce((sum, size) => sum + size, 0);
  const upTo = (trial: number) =>
    Math.floor(trial / cycle) * sizes[bracket]! + Math.min(sizes[bracket]!, Math.max(0, (trial % cycle) - before));
  return Math.max(0, upTo(to) - upTo(from));
}

/** Trials of each bracket in one round: with s rungs, ceil((sMax + 1) / (s + 1) · reduction^s). */
function bracketSizes(halving: HalvingShape): readonly number[] {
  const most = rungLevels(halving).length;
  return Array.from({ length: most + 1 }, (_, bracket) => {
    const rungs = most - bracket;
    return Math.ceil(((most + 1) / (rungs + 1)) * halving.reduction ** rungs);
  });
}
