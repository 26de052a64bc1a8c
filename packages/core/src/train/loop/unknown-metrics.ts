import type { Stats } from '../../backend/backend.js';
import { type KeepRequest, keepOption } from '../../checkpoint/policies/parse-keep.js';
import { ForgeError } from '../../errors/forge-error.js';
import { type MetricAddress, nameOfMetric } from '../../metrics/metric-address.js';
import { nearestName } from '../../text/flag-names.js';
import { emaSplit } from './average-evaluation.js';

/** The metrics of an option. */
export interface AskedMetrics extends Pick<KeepRequest, 'metrics'> {
  /** The option as the user wrote it. Default: `--keep`. */
  readonly option?: (metric: MetricAddress) => string;
  /** What reports them, for messages. Default: `training reports`. */
  readonly reports?: string;
}

/**
 * Refuses metrics whose split is not reported.
 * @param splits the splits that are: `train`, and `valid` if there is validation data
 * @throws ForgeError METRIC_INVALID
 */
export function checkSplits(asked: AskedMetrics, splits: readonly string[]): void {
  const { metrics, reports = 'training reports' } = asked;
  const metric = metrics.find(({ split }) => !splits.includes(split));
  if (metric === undefined) return;
  const { split } = metric;
  if (splits.length === 0 || split === 'valid') {
    throw unavailable(
      asked,
      metric,
      'there is no validation data',
      'Return `valid` from the data config, or choose another metric.',
    );
  }
  if (split === emaSplit) {
    throw unavailable(asked, metric, 'there is no moving average', 'Add --ema 0.999, or choose another metric.');
  }
  const meant = nearestName(split, splits);
  const [first] = splits;
  const hint =
    meant === undefined
      ? `Use ${nameOfMetric({ ...metric, split: first! })}, or another metric of ${first}.`
      : `Did you mean ${nameOfMetric({ ...metric, split: meant })}?`;
  throw unavailable(asked, metric, `${reports} ${splits.join(' and ')} metrics only`, hint);
}

/**
 * Refuses metrics that an evaluation of their split does not report.
 * @param names the metrics that an evaluation of the split reports
 * @throws ForgeError METRIC_INVALID with the nearest name
 */
export function checkNames(asked: AskedMetrics, split: string, names: readonly string[]): void {
  const metric = asked.metrics.find((metric) => metric.split === split && !names.includes(metric.name));
  if (metric === undefined) return;
  const hint = didYouMean(metric, names);
  throw unavailable(asked, metric, 'the model does not report it', `${hint[0]!.toUpperCase()}${hint.slice(1)}`);
}

/**
 * Warns of declarations of metrics that an evaluation does not report: a misspelled one has no effect.
 * @param declared the names that the model declares
 * @param names those that an evaluation reports
 */
export function warnOfUnreported(
  declared: readonly string[],
  names: readonly string[],
  warn: (message: string) => void,
): void {
  for (const name of declared.filter((name) => !names.includes(name))) {
    const others = names.filter((other) => !declared.includes(other));
    const meant = nearestName(name, others);
    const hint = meant === undefined ? `It reports ${names.join(', ')}.` : `Did you mean ${meant}?`;
    warn(`metrics.${name} has no effect: the model does not report ${name}. ${hint}`);
  }
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

function unavailable(asked: AskedMetrics, metric: MetricAddress, cause: string, hint: string): ForgeError {
  const { option = keepOption } = asked;
  return new ForgeError('METRIC_INVALID', `${option(metric)} is not available: ${cause}.`, {
    about: nameOfMetric(metric),
    hint,
  });
}
