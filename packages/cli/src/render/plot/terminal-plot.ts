import { formatNumber } from '@forge-ml/core/text';
import { type Panel, type Plot, type Series, spread } from '@forge-ml/plot';
import type { Colors } from '../../terminal/colors.js';
import { padText, textWidth, widestOf } from '../../terminal/text-width.js';
import { wrapParts } from '../../terminal/wrap.js';
import { DotGrid, type Pen } from './dot-grid.js';
import { eventRows } from './event-rows.js';
import { plotNotes } from './notes.js';
import type { Symbols, TerminalPlotSettings } from './symbols.js';

/** Curves as text: a panel for each metric, with axes, the runs at the ends of their lines, and a legend. */
export function renderTerminalPlot(plot: Plot, settings: TerminalPlotSettings): string {
  const panels = plot.panels.map((panel) => renderPanel(plot, panel, settings));
  const notes = plotNotes(plot, settings.symbols, settings.columns).map((note) => settings.colors.dim(note));
  return [...panels.map((lines) => lines.join('\n')), ...(notes.length === 0 ? [] : [notes.join('\n')])].join('\n\n');
}

/** The colors of a terminal that are closest to those of the runs. */
export function paint({ color }: Pick<Series, 'color'>, colors: Colors): (text: string) => string {
  const { blue, red, green, magenta, yellow, cyan, yellowBright } = colors;
  const foreground = (text: string) => text;
  return [blue, red, green, magenta, foreground, yellow, cyan, yellowBright][color]!;
}

function renderPanel(plot: Plot, panel: Panel, settings: TerminalPlotSettings): string[] {
  const { columns, colors, symbols } = settings;
  const rows = columns < 60 ? 10 : 16;
  const labels = panel.y.ticks(Math.round(rows / 3));
  const left = widestOf(labels.map(({ label }) => label)) + 1;
  const names = endNames(panel, columns, rows, symbols);
  const right = names.length === 0 ? 0 : widestOf(names) + 1;
  const width = Math.max(8, columns - left - 1 - right);
  const grid = new DotGrid(width, rows, symbols.ascii);
  for (const [at, series] of panel.series.entries()) drawSeries(grid, plot, panel, series, symbols.marks[at] ?? '.');
  const best = bestCells(grid, plot, panel);
  const ends = endLabels(grid, panel, names);
  const tickRows = new Map(labels.map(({ value, label }) => [grid.rowOf(panel.y.place(value)), label]));
  const lines: string[] = [colors.bold(panel.title)];
  for (let row = 0; row < rows; row++) {
    const label = tickRows.get(row);
    const axis = label === undefined ? symbols.vertical : symbols.tickLeft;
    let line = `${padText(label ?? '', left - 1, 'right')} ${colors.dim(axis)}`;
    for (let column = 0; column < width; column++) {
      const marked = best.get(row * width + column);
      const cell = grid.cell(column, row);
      if (marked !== undefined) line += paint(marked, colors)(symbols.best);
      else if (cell === undefined) line += ' ';
      else line += cell.pen.faint ? colors.dim(cell.text) : paint(cell.pen, colors)(cell.text);
    }
    const end = ends.get(row);
    lines.push(end === undefined ? line.trimEnd() : `${line} ${paint(end.series, colors)(end.name)}`);
  }
  return [
    ...lines,
    ...axisRows(plot, left, width, settings),
    ...eventRows(plot, panel, { left, width, grid }, settings),
    '',
    ...legend(panel, settings),
  ];
}

function drawSeries(grid: DotGrid, plot: Plot, panel: Panel, { color, curve, bands = [] }: Series, mark: string): void {
  const draw = (lines: typeof curve.lines, pen: Pen) => {
    for (const { x, y } of lines) {
      for (let at = 0; at < x.length; at++) {
        const from = Math.max(0, at - 1);
        const places = [from, at].flatMap((index) => [plot.x.place(plot.toUnit(x[index]!)), panel.y.place(y[index]!)]);
        grid.line(...(places as [number, number, number, number]), pen);
      }
    }
  };
  const edges = bands.flatMap(({ x, low, high }) => [low, high].map((y) => ({ x, y })));
  draw(edges, { color, mark: '.', faint: true });
  draw(curve.lines, { color, mark: curve.smoothed === null ? mark : '.', faint: curve.smoothed !== null });
  if (curve.smoothed !== null) draw(curve.smoothed, { color, mark, faint: false });
}

/** The cell of the best point of each series, by position. */
function bestCells(grid: DotGrid, plot: Plot, panel: Panel): ReadonlyMap<number, Series> {
  const cells = new Map<number, Series>();
  for (const series of panel.series) {
    const { best } = series.curve;
    if (best === null || (panel.y.log && best.value <= 0)) continue;
    const column = grid.columnOf(plot.x.place(plot.toUnit(best.x)));
    cells.set(grid.rowOf(panel.y.place(best.value)) * grid.columns + column, series);
  }
  return cells;
}

/** The names at the ends of the lines; their marks if there is no room; none for a single line. */
function endNames({ series }: Panel, columns: number, rows: number, symbols: Symbols): string[] {
  if (series.length < 2 || series.length > rows) return [];
  const names = series.map(({ label }) => label);
  if (!symbols.ascii && widestOf(names) + 1 <= columns / 4) return names;
  return series.map((_, at) => symbols.marks[at] ?? '.');
}

/** The name in each row: at the end of its line, or as near to it as the others leave room. */
function endLabels(grid: DotGrid, panel: Panel, names: readonly string[]) {
  const ends = names.flatMap((name, at) => {
    const series = panel.series[at]!;
    const value = (series.curve.smoothed ?? series.curve.lines).at(-1)?.y.at(-1);
    return value === undefined ? [] : [{ name, series, row: (1 - panel.y.place(value)) * (grid.rows - 1) }];
  });
  const rows = spread(
    ends.map(({ row }) => row),
    1,
    0,
    grid.rows - 1,
  );
  return new Map(ends.map((end, at) => [Math.round(rows[at]!), end]));
}

function axisRows(plot: Plot, left: number, width: number, { colors, symbols }: TerminalPlotSettings): string[] {
  const ticks = plot.x.ticks(Math.max(2, Math.floor(width / 12)));
  const line = new Array<string>(width).fill(symbols.horizontal);
  let labels = '';
  const room = width - plot.xTitle.length - 2;
  for (const { value, label } of ticks) {
    const column = Math.round(plot.x.place(value) * (width - 1));
    if (column < 0 || column >= width) continue;
    line[column] = symbols.tickDown;
    const start = Math.max(0, column - Math.floor(label.length / 2));
    // The title of the axis follows the last label in the same line.
    if (start < textWidth(labels) + (labels === '' ? 0 : 1) || start + label.length > room) continue;
    labels = padText(labels, start) + label;
  }
  const title = padText(labels, width - plot.xTitle.length) + plot.xTitle;
  return [
    `${' '.repeat(left)}${colors.dim(symbols.corner + line.join(''))}`,
    `${' '.repeat(left + 1)}${title}`.trimEnd(),
  ];
}

/** A line for each series: its last and best value, and the address of the best. */
function legend({ series }: Panel, { columns, colors, symbols }: TerminalPlotSettings): string[] {
  return series.map(({ curve, label, run, facts, ...pen }, at) => {
    const mark = series.length === 1 && !symbols.ascii ? '' : `${symbols.marks[at] ?? '.'} `;
    const { last, best, metric } = curve;
    const parts =
      facts?.map((fact) => (best === null ? fact : `${symbols.best} ${fact}`)) ??
      (last === null ? [] : [`last ${formatNumber(last.value)}`]);
    if (facts === undefined && best !== null) {
      parts.push(`${symbols.best} best ${formatNumber(best.value)} at step ${best.step}`, `${run} best:${metric}`);
    }
    const lead = paint(pen, colors)(`${mark}${label}`);
    const fits = textWidth(lead) + 2 + widestOf(parts) <= columns;
    return fits ? wrapParts(lead, parts, columns) : `${lead}\n${wrapParts('', ['', ...parts], columns)}`;
  });
}
