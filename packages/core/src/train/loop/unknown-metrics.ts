import type { Stats } from '../../backend/backend.js';
import { type KeepRequest, keepOption } from '../../checkpoint/policies/parse-keep.js';
import { ForgeError } from '../../errors/forge-error.js';
import { type MetricAddress, nameOfMetric } from '../../metrics/metric-address.js';
import { nearestName } from '../../text/flag-names.js';

/**
 * Refuses metrics in `--keep` whose split training does not report.
 * @param splits the splits that training reports: `train`, and `valid` if there is validation data
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
      'Return `valid` from the data config, or choose another metric.',
    );
  }
  const meant = nearestName(split, splits);
  const hint = meant === undefined ? '' : ` Did you mean ${nameOfMetric({ ...metric, split: meant })}?`;
  throw unavailable(metric, `training reports ${splits.join(' and ')} metrics only`, `Choose one of these.${hint}`);
}

/**
 * Refuses metrics in `--keep` that an evaluation of their split does not report.
 * @param names the metrics that an evaluation of the split reports
 * @throws ForgeError METRIC_INVALID with the nearest name
 */
export function checkNames({ metrics }: KeepRequest, split: string, names: readonly string[]): void {
  const metric = metrics.find((metric) => metric.split === split && !names.includes(metric.name));
  if (metric === undefined) return;
  const hint = didYouMean(metric, names);
  throw unavailable(metric, 'the model does not report it', `${hint[0]!.toUpperCase()}${hint.slice(1)}`);
}

/**
 * Warns, when a split is first reported, of metrics in `--keep` that the model does not report: otherwise a typing error
 * would show only after training.
 */
export function warnOfUnknownMetrics({ metrics }: KeepRequest, warn: (message: string) => void) {
  let unseen = metrics;
  return ({ split, values }: { readonly split: string; readonly values: Stats }): void => {
    if (unseen.length === 0) return;
    const names = Object.keys(values);
    for (const metric of unseen.filter((metric) => metric.split === split && !names.includes(metric.name))) {
      warn(
        `${keepOption(metric)}: the model does not report it, so every checkpoint is kept; ${didYouMean(metric, names)}`,
      );
    }
    unseen = unseen.filter((metric) => metric.split !== split);
  };
}

function didYouMean({ split, name }: MetricAddress, names: readonly string[]): string {
  const meant = nearestName(name, names);
  if (meant !== undefined) return `did you mean ${nameOfMetric({ split, name: meant })}?`;
  return `available: ${names.map((name) => nameOfMetric({ split, name })).join(', ')}.`;
}

function unavailable(metric: MetricAddress, cause: string, hint: string): ForgeError {
  return new ForgeError('METRIC_INVALID', `${keepOption(metric)} is not available: ${cause}.`, {
    about: nameOfMetric(metric),
    hint,
  });
}
