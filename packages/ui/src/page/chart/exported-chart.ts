import type { Axis } from '../../protocol/curves.js';
import type { ChartBand, Range } from './chart-data.js';
import type { StyledCurve } from './styled-curves.js';

/** What a chart shows, to save it as a figure. */
export interface ExportedChart {
  readonly title: string;
  readonly curves: readonly StyledCurve[];
  readonly bands: readonly ChartBand[];
  readonly axis: Axis;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly range: Range | null;
}
