import { formatNumber } from '@forge-ml/core/text';
import type { Plot, Series } from './plot.js';

/** The values that logarithmic axes cannot show, by curve. */
export function notShown(series: readonly Series[]): string[] {
  return series.flatMap(({ run, curve: { metric, notPositive } }) => {
    if (notPositive === 0) return [];
    const values = notPositive === 1 ? '1 value is' : `${notPositive} values are`;
    return [`${run} ${metric}: ${values} not positive, and not on the logarithmic axis.`];
  });
}

/** The best value of each curve, with its address. */
export function bestsOf(plot: Plot): string[] {
  const series = plot.panels.flatMap((panel) => panel.series);
  return series.flatMap(({ run, curve: { best, metric } }) =>
    best === null ? [] : [`${run} best:${metric}  ${formatNumber(best.value)} at step ${best.step}`],
  );
}
