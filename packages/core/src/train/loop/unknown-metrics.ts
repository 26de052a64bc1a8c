import type { Stats } from '../../backend/backend.js';
import { type KeepRequest, keepOption } from '../../checkpoint/policies/parse-keep.js';
import { ForgeError } from '../../errors/forge-error.js';
import { type MetricAddress, nameOfMetric } from '../../metrics/metric-address.js';
import { nearestName } from '../../text/flag-names.js';

/**
 * Refuses metrics that `--keep` judges by and that training cannot report.
 * @param splits what training reports: `train`, and `valid` where there is validation data
 * @throws ForgeError METRIC_INVALID
 */
export function checkSplits({ metrics }: KeepRequest, splits: readonly string[]): void {
  const metric = metrics.find(({ split }) => !splits.includes(split));
  if (metric === undefined) return;
  const { split } = metric;
  if (split === 'valid') {
    throw unavailable(
      metric,
      'there is no validation data',
      'Return `valid` from the data config, or keep by another metric.',
    );
  }
  const meant = nearestName(split, splits);
  const hint = meant === undefined ? '' : ` Did you mean ${nameOfMetric({ ...metric, split: meant })}?`;
  throw unavailable(metric, `training reports ${splits.join(' and ')} metrics only`, `Choose one of these.${hint}`);
}

/**
 * Refuses metrics of a split that its evaluation does not give.
 * @param names what an evaluation of the split gives
 * @throws ForgeError METRIC_INVALID naming the nearest of them
 */
export function checkNames({ metrics }: KeepRequest, split: string, names: readonly string[]): void {
  const metric = metrics.find((metric) => metric.split === split && !names.includes(metric.name));
  if (metric === undefined) return;
  const hint = didYouMean(metric, names);
  throw unavailable(metric, 'the model does not report it', `${hint[0]!.toUpperCase()}${hint.slice(1)}`);
}

/**
 * Warns, when a split is first reported, which of its metrics `--keep` judges by and the model does not report: a typing
 * mistake would else show only when the training is over.
 */
export function warnOfUnknownMetrics({ metrics }: KeepRequest, warn: (message: string) => void) {
  let unseen = metrics;
  return ({ split, values }: { readonly split: string; readonly values: Stats }): void => {
    if (unseen.length === 0) return;
    const names = Object.keys(values);
    for (const metric of unseen.filter((metric) => metric.split === split && !names.includes(metric.name))) {
      warn(`${keepOption(metric)} finds no such metric, so every checkpoint is kept; ${didYouMean(metric, names)}`);
    }
    unseen = unseen.filter((metric) => metric.split !== split);
  };
}

function didYouMean({ split, name }: MetricAddress, names: readonly string[]): string {
  const meant = nearestName(name, names);
  if (meant !== undefined) return `did you mean ${nameOfMetric({ split, name: meant })}?`;
  return `available: ${names.map((name) => nameOfMetric({ split, name })).join(', ')}.`;
}

function unavailable(metric: MetricAddress, why: string, hint: string): ForgeError {
  return new ForgeError('METRIC_INVALID', `${keepOption(metric)} cannot be judged: ${why}.`, {
    about: nameOfMetric(metric),
    hint,
  });
}
