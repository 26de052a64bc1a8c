import { curvesFigure } from '@forge-ml/plot';
import type { ExportedChart } from './exported-chart.js';
import { figurePlot } from './figure-plot.js';

/** A chart as an SVG figure for a paper. @param inches its width */
export function chartFigure(chart: ExportedChart, inches: number): string {
  return curvesFigure(figurePlot(chart), inches);
}
