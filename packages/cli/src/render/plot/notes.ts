import { bandNotes, notShown, type Plot } from '@forge-ml/plot';
import { wrapParts, wrapWords } from '../../terminal/wrap.js';
import type { Symbols } from './symbols.js';

/** What the symbols below the axis mean, and what a plot cannot show, in lines of at most so many columns. */
export function plotNotes(plot: Plot, symbols: Symbols, columns: number): string[] {
  const series = plot.panels.flatMap((panel) => panel.series);
  const keys = [
    ...(plot.events.some(({ checkpoints }) => checkpoints.length > 0) ? [`${symbols.checkpoint} checkpoint`] : []),
    ...(plot.events.some(({ resumes }) => resumes.length > 0) ? [`${symbols.resume} resume`] : []),
    ...(series.some(({ curve }) => curve.notFinite.length > 0) ? [`${symbols.notFinite} NaN or Infinity`] : []),
  ];
  const notes = [...bandNotes(plot), ...notShown(series)].flatMap((note) => wrapWords(note, columns).split('\n'));
  return [...(keys.length === 0 ? [] : wrapParts('', keys, columns).split('\n')), ...notes];
}
