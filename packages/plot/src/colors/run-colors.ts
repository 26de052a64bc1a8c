import type { RunFolder } from '@forge-ml/core/runs';
import { runPalette } from './run-palette.js';

/** How the line of a run looks. */
export interface RunColor {
  /** A position in `runPalette`. */
  readonly color: number;
  /** 0 for the first eight runs of a plot, whose colors differ; 1 for the next eight. */
  readonly cycle: number;
}

/**
 * The color of each run of a plot. A run has the same color in every plot, unless another run of the plot has it already:
 * the runs of an experiment by their numbers.
 */
export function runColors(runs: readonly Pick<RunFolder, 'experiment' | 'number'>[]): RunColor[] {
  const used: number[] = runPalette.map(() => 0);
  return runs.map(({ experiment, number }) => {
    // Some color-blind readers confuse the last color with the second: only for the eighth run of a plot.
    const preferred = (nameHash(experiment) + number - 1) % (runPalette.length - 1);
    const cycle = Math.min(...used);
    let color = preferred;
    while (used[color]! > cycle) color = (color + 1) % runPalette.length;
    used[color] = cycle + 1;
    return { color, cycle };
  });
}

function nameHash(name: string): number {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + character.codePointAt(0)!) % 65_521;
  return hash;
}
