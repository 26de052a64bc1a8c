import type { Panel, Plot } from '@forge-ml/plot';
import { padText } from '../../terminal/text-width.js';
import type { DotGrid } from './dot-grid.js';
import type { TerminalPlotSettings } from './symbols.js';

interface Place {
  /** The columns left of the axis. */
  readonly left: number;
  readonly width: number;
  readonly grid: DotGrid;
}

/** A row for each run below the axis: its checkpoints, its resumes, and where a value was not finite. */
export function eventRows(
  plot: Plot,
  panel: Panel,
  { left, width, grid }: Place,
  { colors, symbols }: TerminalPlotSettings,
): string[] {
  return plot.events.flatMap(({ run, resumes, checkpoints }) => {
    const ofRun = panel.series.filter((series) => series.run === run);
    const bad = ofRun.flatMap(({ curve }) => curve.notFinite.flatMap(({ x }) => x.map(plot.toUnit)));
    const row = new Array<string>(width).fill(' ');
    const put = (places: readonly number[], symbol: string) => {
      for (const place of places) {
        const at = plot.x.place(place);
        if (at >= 0 && at <= 1) row[grid.columnOf(at)] = symbol;
      }
    };
    put(checkpoints, symbols.checkpoint);
    put(resumes, symbols.resume);
    put(bad, symbols.notFinite);
    const marks = row.join('').trimEnd();
    if (marks === '') return [];
    const series = panel.series.findIndex((other) => other.run === run);
    const name = plot.events.length === 1 ? '' : (symbols.marks[series] ?? '.');
    return [`${padText(name, left - 1, 'right')}  ${colors.dim(marks)}`];
  });
}
