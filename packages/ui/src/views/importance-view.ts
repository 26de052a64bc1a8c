import { directionKey, directionOfName, type ReadRun, readRun } from '@forge-ml/core/runs';
import {
  type MeasuredTrial,
  type Parameter,
  type ParameterValue,
  parameterImportance,
  type Space,
} from '@forge-ml/core/sweeps';
import type { ImportanceView } from '../protocol/comparison.js';
import type { Direction } from '../protocol/table.js';
import { inBatches } from './in-batches.js';
import { shares } from './shares.js';
import type { ViewedRun } from './viewed-run.js';

/** Fewer runs say nothing. */
const leastRuns = 4;
/** Flags that say where a run is, or only which of equal runs it is. */
const notSearched = ['resultsDir', 'runName', 'seed'];

/**
 * How much each flag that differs decides whether a run is among the best tenth, over runs that need not be of a sweep:
 * the range of a number is from its lowest to its highest value, other flags are choices.
 */
export async function importanceView(runs: readonly ViewedRun[], metric: string): Promise<ImportanceView> {
  return (await importanceViews(runs, [metric]))[0]!;
}

/** The same for several metrics: each run is read once. */
export async function importanceViews(
  runs: readonly ViewedRun[],
  metrics: readonly string[],
): Promise<ImportanceView[]> {
  if (metrics.length === 0) return [];
  const read = await inBatches(runs, ({ folder }) => readRun(folder).catch(() => undefined));
  return metrics.map((metric) => importanceOf(read, metric));
}

function importanceOf(read: readonly (ReadRun | undefined)[], metric: string): ImportanceView {
  const none = (nothing: string): ImportanceView => ({ metric, flags: [], nothing });
  const measured = read.flatMap((run): MeasuredTrial[] => {
    const value = run?.get(`best.${metric}`);
    if (run === undefined || typeof value !== 'number' || !Number.isFinite(value)) return [];
    const flags = run.keys.filter((key) => key.startsWith('flags.')).map((key) => key.slice('flags.'.length));
    const parameters = flags.map((name) => [name, run.get(`flags.${name}`) as ParameterValue] as const);
    return [{ parameters: Object.fromEntries(parameters), values: [value] }];
  });
  if (measured.length < leastRuns) {
    return none(`${measured.length} of the runs have a best ${metric}; at least ${leastRuns} are needed.`);
  }
  const space = spaceOf(measured);
  if (Object.keys(space).length === 0) return none('No flag differs between these runs.');
  const flags = shares(parameterImportance(space, measured, [directionOf(metric, read)]));
  return flags === null ? none('No flag makes a difference in these runs.') : { metric, flags, nothing: null };
}

/** As a run has recorded it, else as known for the name: a metric without a direction has no best value. */
function directionOf(metric: string, runs: readonly (ReadRun | undefined)[]): Direction {
  const recorded = runs.flatMap((run) => (run?.get(directionKey(metric)) as Direction | undefined) ?? [])[0];
  return recorded ?? directionOfName(metric.slice(metric.indexOf('.') + 1)) ?? 'min';
}

/** A parameter for each flag that differs. */
function spaceOf(runs: readonly MeasuredTrial[]): Space {
  const names = new Set(runs.flatMap(({ parameters }) => Object.keys(parameters)));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      if (notSearched.includes(name)) return [];
      const values = [...new Set(runs.flatMap(({ parameters }) => parameters[name] ?? []))];
      return values.length < 2 ? [] : [[name, parameterOf(values)]];
    }),
  );
}

/** A range of positive numbers that spans two powers of ten is taken as logarithmic. */
function parameterOf(values: readonly ParameterValue[]): Parameter {
  const numbers = values.filter((value) => typeof value === 'number' && Number.isFinite(value)) as number[];
  if (numbers.length < values.length) return { kind: 'choice', choices: values, when: null };
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return { kind: 'float', low, high, log: low > 0 && high / low >= 100, step: null, when: null };
}
