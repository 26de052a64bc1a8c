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

/** What lines and bands are, if there are bands. */
export function bandNotes({ repeats }: Plot): string[] {
  if (repeats === undefined) return [];
  const { spread, least, most } = repeats;
  const runs = least === most ? `${most}` : `${least} to ${most}`;
  const covers = spread === 'range' ? 'lowest to highest' : 'middle half';
  return [`line: median, band: ${covers} of ${runs} ${most === 1 ? 'run' : 'runs'}`];
}

/** The best value of each curve, with its address. */
export function bestsOf(plot: Plot): string[] {
  const series = plot.panels.flatMap((panel) => panel.series);
  return series.flatMap(({ run, curve: { best, metric } }) =>
    best === null ? [] : [`${run} best:${metric}  ${formatNumber(best.value)} at step ${best.step}`],
  );
}
