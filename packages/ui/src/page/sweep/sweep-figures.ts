import {
  type History,
  makeHistory,
  makeParallel,
  makeScatter,
  type Parallel,
  type PlainValue,
  type Scatter,
} from '@forge-ml/plot';
import type { SweepPage, SweepTrial } from '../../protocol/sweep-page.js';
import type { Cell } from '../../protocol/table.js';
import type { AxisScales } from '../figures/axis-scales.js';

/** The value of an objective, if a trial has one. @param objective from 0 */
export function valueIn({ values }: SweepTrial, objective: number): number | null {
  return values?.[objective] ?? null;
}

export function trialName({ trial }: SweepTrial): string {
  return `trial ${trial}`;
}

/** The trials in their order, and the best so far. */
export function historyOf({ trials, objectives }: SweepPage, objective: number, scales: AxisScales): History {
  const { metric, direction } = objectives[objective]!;
  const rows = trials.map((trial) => ({
    trial: trial.trial,
    name: trialName(trial),
    value: valueIn(trial, objective),
  }));
  return makeHistory(rows, { name: metric, direction, log: scales.get(metric) });
}

/** A parameter against an objective: a point for each trial with a value. The rows are those of the trials. */
export function sliceOf(
  { trials, objectives, parameters }: SweepPage,
  parameter: number,
  objective: number,
  scales: AxisScales,
): Scatter {
  const { metric, direction } = objectives[objective]!;
  const flag = parameterAxis(parameters[parameter]!, scales);
  const rows = trials.map((trial) => ({
    name: trialName(trial),
    x: plainValue(trial.parameters[parameter] ?? null),
    y: valueIn(trial, objective),
  }));
  return makeScatter(rows, { flag, metric: { name: metric, direction, log: scales.get(metric) } });
}

/** The trials with a value as lines through their parameters. */
export function parallelOf(
  { trials, objectives, parameters }: SweepPage,
  objective: number,
  scales: AxisScales,
): Parallel {
  const { metric, direction } = objectives[objective]!;
  const rows = trials.map((trial) => ({
    name: trialName(trial),
    values: trial.parameters.map(plainValue),
    metric: valueIn(trial, objective),
  }));
  const flags = parameters.map((parameter) => parameterAxis(parameter, scales));
  return makeParallel(rows, { flags, metric: { name: metric, direction, log: scales.get(metric) } });
}

/** One objective against another: the rows are those of the trials. */
export function frontOf({ trials, objectives }: SweepPage, scales: AxisScales): Scatter {
  const [x, y] = [objectives[0]!, objectives[1]!];
  const rows = trials.map((trial) => ({ name: trialName(trial), x: valueIn(trial, 0), y: valueIn(trial, 1) }));
  const shown = rows.map((row) => (row.x === null ? { ...row, y: null } : row));
  // No point is best in both.
  return makeScatter(shown, {
    flag: { name: x.metric, log: scales.get(x.metric) },
    metric: { name: y.metric, log: scales.get(y.metric) },
  });
}

/** As a person chose it, else as the space of the sweep has it. */
function parameterAxis({ name, isLog }: SweepPage['parameters'][number], scales: AxisScales) {
  return { name, log: scales.get(name) ?? (isLog || undefined) };
}

function plainValue(value: Cell): PlainValue {
  return typeof value === 'object' && value !== null ? value.join(', ') : value;
}
