import type { Direction } from '../../metrics/metric-direction.js';
import { bestVectors } from '../objective/best-vectors.js';
import { lossesOf } from '../objective/losses.js';
import type { ParameterValues, Space } from '../space/space.js';
import { gridOf, type ParameterGrid } from './parameter-grid.js';
import { densityOfCells, densityOfChoices } from './scott-density.js';

/** A trial that has completed. */
export interface MeasuredTrial {
  readonly parameters: ParameterValues;
  /** The value of each objective, finite. */
  readonly values: readonly number[];
}

/** The share of trials that count as good. */
const goodShare = 0.1;
/** Fewer trials in which a parameter is active, or inactive, say nothing. */
const leastTrials = 2;

/**
 * How much each parameter decides whether a trial is among the best tenth: the Pearson divergence of its density there
 * from that in all trials (PED-ANOVA: Watanabe, Bansal and Hutter, 2023; conditional parameters as in condPED-ANOVA, 2026).
 * With several objectives the best are those nearest to the Pareto front.
 * @param trials completed ones. A value that the space does not contain counts as inactive.
 * @returns a number of at least 0 for each parameter that is in a trial, all 0 with fewer than two trials; divide by the
 * sum for shares
 */
export function parameterImportance(
  space: Space,
  trials: readonly MeasuredTrial[],
  directions: readonly Direction[],
): Record<string, number> {
  const names = Object.keys(space).filter((name) => trials.some(({ parameters }) => parameters[name] !== undefined));
  const result = Object.fromEntries(names.map((name) => [name, 0]));
  if (trials.length < leastTrials) return result;
  const good = new Set(goodTrials(trials, directions));
  for (const name of names) {
    const grid = gridOf(space[name]!);
    if (grid === null) continue;
    const active = trials.filter(({ parameters }) => !Number.isNaN(grid.cell(parameters[name])));
    const goodActive = active.filter((trial) => good.has(trial));
    if (active.length < leastTrials || goodActive.length === 0) continue;
    const goodRate = goodActive.length / good.size;
    const rate = active.length / trials.length;
    const divergence = pearsonDivergence(densityOf(grid, name, goodActive), densityOf(grid, name, active));
    result[name] = (goodRate ** 2 / rate) * divergence * (good.size / trials.length) ** 2;
  }
  return result;
}

/** With one objective also all that equal the last one. */
function goodTrials(trials: readonly MeasuredTrial[], directions: readonly Direction[]): MeasuredTrial[] {
  const losses = trials.map(({ values }) => lossesOf(values, directions));
  const count = Math.ceil(goodShare * trials.length);
  if (directions.length > 1) return bestVectors(losses, count).map((at) => trials[at]!);
  const sorted = losses.map(([loss]) => loss!).sort((a, b) => a - b);
  return trials.filter((_, at) => losses[at]![0]! <= sorted[count - 1]!);
}

function densityOf(grid: ParameterGrid, name: string, trials: readonly MeasuredTrial[]): number[] {
  const counts = new Array<number>(grid.cells).fill(0);
  for (const { parameters } of trials) counts[grid.cell(parameters[name])]!++;
  return grid.isChoice ? densityOfChoices(counts) : densityOfCells(counts);
}

function pearsonDivergence(density: readonly number[], reference: readonly number[]): number {
  // Where both are almost 0, their ratio means nothing.
  const almostZero = 1e-12;
  return density.reduce((sum, here, at) => {
    const there = reference[at]! + almostZero;
    return sum + there * ((here + almostZero) / there - 1) ** 2;
  }, 0);
}
