/** Plots of runs, as data and as SVG: `@forge-ml/plot`. Uses neither Node nor a DOM: pages and the command line bundle it. */

export { dashPattern } from './colors/dashes.js';
export { type RunColor, runColors } from './colors/run-colors.js';
export { runPalette, type Theme } from './colors/run-palette.js';
export { makeBandPlot, type Repeats } from './curves/band-plot.js';
export { type Band, bandsOf, type Spread } from './curves/bands.js';
export { bandNotes, bestsOf, notShown } from './curves/notes.js';
export {
  makePlot,
  nameOfRun,
  type Panel,
  type Plot,
  type PlotSettings,
  type RunEvents,
  type Series,
} from './curves/plot.js';
export { curvesFigure } from './figures/curves-figure.js';
export { type Scale, scaleOver, type Tick } from './scales/scale.js';
export { spread } from './scales/spread.js';
