import type { Stats } from '../backend/backend.js';
import { metricsJudged } from '../checkpoint/policies/parse-keep.js';
import { nearestName } from '../config/flag-names.js';

/**
 * Says, when a split is first reported, which of its metrics `--keep` judges by and the model does not report: a typing
 * mistake would else show only when the training is over.
 */
export function warnOfUnknownMetrics(keep: string, warn: (message: string) => void) {
  let unseen = metricsJudged(keep);
  return ({ split, values }: { readonly split: string; readonly values: Stats }): void => {
    if (unseen.length === 0) return;
    const names = Object.keys(values).map((name) => `${split}.${name}`);
    for (const metric of unseen.filter((metric) => metric.startsWith(`${split}.`) && !names.includes(metric))) {
      const meant = nearestName(metric, names);
      const instead = meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`;
      warn(`--keep best:${metric} finds no such metric, so every checkpoint is kept; ${instead}`);
    }
    unseen = unseen.filter((metric) => !metric.startsWith(`${split}.`));
  };
}
