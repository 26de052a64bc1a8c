import { printableText } from '@forge-ml/core/text';
import { type Scale, scaleOver } from '../scales/scale.js';
import type { ValueAxis } from '../scales/value-axis.js';
import { bestOf, type ComparedMetric, isFiniteNumber, metricAxis } from './metric.js';

export interface HistoryTrial {
  /** From 1. */
  readonly trial: number;
  readonly name: string;
  /** Null before it is known. */
  readonly value: number | null;
}

/** The trials of a sweep in their order, ready to be drawn. */
export interface History {
  readonly x: Scale;
  readonly y: ValueAxis;
  /** Trials with a value that is on the axis, in order. */
  readonly trials: readonly (HistoryTrial & { readonly value: number })[];
  /** The corners of the line of the best value so far, in trials and values of the metric; empty without a direction. */
  readonly best: { readonly x: readonly number[]; readonly y: readonly number[] };
  /** The best trial. */
  readonly winner: (HistoryTrial & { readonly value: number }) | undefined;
  /** How many have no finite value. */
  readonly omitted: number;
}

export function makeHistory(all: readonly HistoryTrial[], metric: ComparedMetric): History {
  const y = metricAxis(
    metric,
    all.map(({ value }) => value),
  );
  const trials = all
    .flatMap((trial) => {
      const { value } = trial;
      return isFiniteNumber(value) && y.place(value) !== undefined
        ? { ...trial, value, name: printableText(trial.name) }
        : [];
    })
    .sort((a, b) => a.trial - b.trial);
  const winner = bestOf(
    trials.map(({ value }) => value),
    metric.direction,
  );
  return {
    x: scaleOver([0, ...all.map(({ trial }) => trial)], false, false),
    y,
    trials,
    best: bestSoFar(trials, metric.direction),
    winner: winner === undefined ? undefined : trials[winner],
    omitted: all.length - trials.length,
  };
}

function bestSoFar(trials: History['trials'], direction: ComparedMetric['direction']): History['best'] {
  const [x, y]: [number[], number[]] = [[], []];
  if (direction === undefined) return { x, y };
  for (const { trial, value } of trials) {
    const record = y.at(-1);
    if (record !== undefined && (direction === 'min' ? value >= record : value <= record)) continue;
    if (record !== undefined) {
      x.push(trial);
      y.push(record);
    }
    x.push(trial);
    y.push(value);
  }
  const last = trials.at(-1)?.trial;
  if (last !== undefined && last > x.at(-1)!) {
    x.push(last);
    y.push(y.at(-1)!);
  }
  return { x, y };
}
