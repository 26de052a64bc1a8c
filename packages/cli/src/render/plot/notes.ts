import { formatNumber } from '@forge-ml/core/text';
import { wrapParts, wrapWords } from '../../terminal/wrap.js';
import type { Plot, Series } from './plot.js';
import type { Symbols } from './symbols.js';

/** What the symbols below the axis mean, and what a plot cannot show, in lines of at most so many columns. */
export function plotNotes(plot: Plot, symbols: Symbols, columns: number): string[] {
  const series = plot.panels.flatMap((panel) => panel.series);
  const keys = [
    ...(plot.events.some(({ checkpoints }) => checkpoints.length > 0) ? [`${symbols.checkpoint} checkpoint`] : []),
    ...(plot.events.some(({ resumes }) => resumes.length > 0) ? [`${symbols.resume} resume`] : []),
    ...(series.some(({ curve }) => curve.notFinite.length > 0) ? [`${symbols.notFinite} NaN or Infinity`] : []),
  ];
  const notes = notShown(series).flatMap((note) => wrapWords(note, columns).split('\n'));
  return [...(keys.length === 0 ? [] : wrapParts('', keys, columns).split('\n')), ...notes];
}

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
