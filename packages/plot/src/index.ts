/** Plots of runs, as data and as SVG: `@forge-ml/plot`. Uses neither Node nor a DOM: pages and the command line bundle it. */

export { dashPattern } from './colors/dashes.js';
export { rampColor } from './colors/ramp.js';
export { type RunColor, runColors } from './colors/run-colors.js';
export { runPalette, type Theme } from './colors/run-palette.js';
export { type Bar, type Bars, makeBars } from './comparisons/bars.js';
export { type History, type HistoryTrial, makeHistory } from './comparisons/history.js';
export type { ComparedMetric } from './comparisons/metric.js';
export {
  makeParallel,
  type Parallel,
  type ParallelLine,
  type ParallelRow,
  type ParallelSettings,
} from './comparisons/parallel.js';
export {
  makeScatter,
  type Scatter,
  type ScatterPoint,
  type ScatterRow,
  type ScatterSettings,
} from './comparisons/scatter.js';
export { makeBandPlot, type Repeats } from './curves/band-plot.js';
export { type Band, bandsOf, type Spread } from './curves/bands.js';
export { bandNotes, bestsOf, notShown } from './curves/notes.js';
export {
  makePlot,
  nameOfRun,
  type Panel,
  type Plot,
  type PlotSettings,
  type PlotSource,
  plotOf,
  type RunEvents,
  type Series,
} from './curves/plot.js';
export { barsFigure } from './figures/bars-figure.js';
export { curvesFigure } from './figures/curves-figure.js';
export { historyFigure } from './figures/history-figure.js';
export { parallelFigure } from './figures/parallel-figure.js';
export { scatterFigure } from './figures/scatter-figure.js';
export { type Scale, scaleOver, type Tick, ticksBetween } from './scales/scale.js';
export { spread } from './scales/spread.js';
export {
  type AxisTick,
  type PlainValue,
  type ValueAxis,
  type ValueAxisOptions,
  valueAxis,
} from './scales/value-axis.js';
