import type { ExportedChart } from './exported-chart.js';
import { FigureMenu } from './figure-menu.js';

/** Saves the chart as a figure. What draws figures is loaded when it is needed. */
export function ChartMenu(chart: ExportedChart) {
  const draw = async (inches: number) => (await import('./chart-figure.js')).chartFigure(chart, inches);
  return <FigureMenu title={chart.title} draw={draw} />;
}
