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

/** The value of an objective, if a trial has one. @param objective from 0 */
export function valueIn({ values }: SweepTrial, objective: number): number | null {
  return values?.[objective] ?? null;
}

export function trialName({ trial }: SweepTrial): string {
  return `trial ${trial}`;
}

/** The trials in their order, and the best so far. */
export function historyOf({ trials, objectives }: SweepPage, objective: number): History {
  const { metric, direction } = objectives[objective]!;
  const rows = trials.map((trial) => ({
    trial: trial.trial,
    name: trialName(trial),
    value: valueIn(trial, objective),
  }));
  return makeHistory(rows, { name: metric, direction });
}

/** A parameter against an objective: a point for each trial with a value. The rows are those of the trials. */
export function sliceOf({ trials, objectives, parameters }: SweepPage, parameter: number, objective: number): Scatter {
  const { metric, direction } = objectives[objective]!;
  const { name, isLog } = parameters[parameter]!;
  const rows = trials.map((trial) => ({
    name: trialName(trial),
    x: plainValue(trial.parameters[parameter] ?? null),
    y: valueIn(trial, objective),
  }));
  return makeScatter(rows, { flag: { name, log: isLog || undefined }, metric: { name: metric, direction } });
}

/** The trials with a value as lines through their parameters. */
export function parallelOf({ trials, objectives, parameters }: SweepPage, objective: number): Parallel {
  const { metric, direction } = objectives[objective]!;
  const rows = trials.map((trial) => ({
    name: trialName(trial),
    values: trial.parameters.map(plainValue),
    metric: valueIn(trial, objective),
  }));
  const flags = parameters.map(({ name, isLog }) => ({ name, log: isLog || undefined }));
  return makeParallel(rows, { flags, metric: { name: metric, direction } });
}

/** One objective against another: the rows are those of the trials. */
export function frontOf({ trials, objectives }: SweepPage): Scatter {
  const [x, y] = [objectives[0]!, objectives[1]!];
  const rows = trials.map((trial) => ({ name: trialName(trial), x: valueIn(trial, 0), y: valueIn(trial, 1) }));
  const shown = rows.map((row) => (row.x === null ? { ...row, y: null } : row));
  // No point is best in both.
  return makeScatter(shown, { flag: { name: x.metric }, metric: { name: y.metric } });
}

function plainValue(value: Cell): PlainValue {
  return typeof value === 'object' && value !== null ? value.join(', ') : value;
}
