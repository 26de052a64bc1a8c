import { printableText } from '@forge-ml/core/text';
import type { Curve } from '../../protocol/curves.js';
import type { ChartRun } from './chart-data.js';

/** A curve and how its line looks. */
export interface StyledCurve {
  readonly curve: Curve;
  readonly run: ChartRun;
  /** The run, and the split if the chart has several. */
  readonly label: string;
  /** 0 for a solid line. */
  readonly dash: number;
}

/** The color of a line is its run; its dash is its split, and whether the color is used again. */
export function styledCurves(runs: readonly ChartRun[], curves: readonly Curve[]): readonly StyledCurve[] {
  const byId = new Map(runs.map((run) => [run.id, run]));
  const splits = [...new Set(curves.map(({ split }) => split))];
  return curves.flatMap((curve): StyledCurve[] => {
    const run = byId.get(curve.run);
    if (run === undefined) return [];
    const split = printableText(curve.split);
    const label = splits.length === 1 ? run.label : runs.length === 1 ? split : `${run.label} ${split}`;
    return [{ curve, run, label, dash: splits.indexOf(curve.split) + splits.length * run.cycle }];
  });
}
