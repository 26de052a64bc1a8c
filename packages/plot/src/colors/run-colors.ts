import type { RunFolder } from '@forge-ml/core/runs';

/** The color-blind safe palette of Okabe and Ito: https://jfly.uni-koeln.de/color/. In order of contrast with white. */
export const runPalette = [
  ...['#0072b2', '#d55e00', '#009e73', '#cc79a7'],
  ...['#000000', '#e69f00', '#56b4e9', '#f0e442'],
] as const;

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
    // The last color is hard to see on white: only for the eighth run of a plot.
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
