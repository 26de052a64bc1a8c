import type { Stats } from '../../backend/backend.js';
import { nameOfMetric } from '../../metrics/metric-address.js';
import { isKnownNotToAverage } from '../../metrics/metric-direction.js';

/**
 * Warns once of each validation metric whose mean over batches is not its value over the split, and of each metric that
 * is NaN.
 * @param validBatches how many batches the validation data has; with one, metrics are exact
 * @param exact the metrics that are computed over the whole split
 */
export function warnOfMisleadingMetrics(
  validBatches: number | undefined,
  warn: (message: string) => void,
  exact: readonly string[] = [],
) {
  const warned = new Set<string>();
  const once = (key: string, message: string) => {
    if (warned.has(key)) return;
    warned.add(key);
    warn(message);
  };
  return ({ step, split, values }: { readonly step: number; readonly split: string; readonly values: Stats }): void => {
    for (const name in values) {
      const metric = nameOfMetric({ split, name });
      const isExact = exact.includes(name);
      const reason = isExact
        ? 'it is undefined for these examples (of one class only, or too many to keep), or an output is NaN.'
        : 'it is NaN for at least one batch.';
      if (Number.isNaN(values[name])) once(`NaN ${metric}`, `${metric} is NaN at step ${step}: ${reason}`);
      if (isExact || split !== 'valid' || validBatches === 1 || !isKnownNotToAverage(name)) continue;
      once(
        metric,
        `${metric} is the mean over batches, which is not the ${name} of the whole split. Validate in one batch, or compute it over the whole split: metrics: { … } in the model config.`,
      );
    }
  };
}
