/**
 * Curves of metrics in a page: `@forge-ml/core/curves`. Downsampling and averages, without files: nothing here needs Node,
 * so that browsers can load it.
 */

export type { Curve, CurveAxis, CurveLine, CurvePoint, MetricValue } from './metrics/curves/curve.js';
export { exponentialMean } from './metrics/curves/exponential-mean.js';
export type { Direction } from './metrics/metric-direction.js';
export type { CurveView, RunTimes } from './metrics/series/curve-view.js';
export { downsampleLine } from './metrics/series/downsample-line.js';
export type { NotFinite } from './metrics/series/drawn-values.js';
export { type CurveOf, MetricSeries } from './metrics/series/metric-series.js';
export type { GridRange } from './metrics/series/pixel-grid.js';
