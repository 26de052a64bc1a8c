import type { Curve } from '../../../protocol/curves.js';
import type { ChartBand } from '../../chart/chart-data.js';
import { repeatBand } from '../../chart/repeat-band.js';
import type { CompareModel, LegendEntry } from '../choices/compare-model.js';

/** What a chart draws of the curves of all runs. */
export interface DrawnCurves {
  readonly curves: readonly Curve[];
  readonly bands: readonly ChartBand[];
}

type Shown = Pick<CompareModel, 'legend' | 'shown' | 'chosenSplits'>;

/** The curves of the runs that are shown; of repeats of a configuration the median and the area between their quartiles. */
export function drawnCurves(all: readonly Curve[], { legend, shown, chosenSplits }: Shown): DrawnCurves {
  const visible = all.filter(({ run, split }) => shown.has(run) && chosenSplits.includes(split));
  const single = new Set(legend.flatMap(({ isOpen, runs }) => (isOpen === undefined ? runs : [])));
  const splits = [...new Set(visible.map(({ split }) => split))];
  return {
    curves: visible.filter(({ run }) => single.has(run)),
    bands: legend.flatMap((entry) => (entry.isOpen === undefined ? [] : bandsOf(entry, visible, splits))),
  };
}

function bandsOf(
  { id, label, color, dash, runs }: LegendEntry,
  visible: readonly Curve[],
  splits: readonly string[],
): ChartBand[] {
  return splits.flatMap((split, at) => {
    const curves = visible.filter((curve) => curve.split === split && runs.includes(curve.run));
    if (curves.length === 0) return [];
    const look = { id, color, dash: at + splits.length * dash };
    return [repeatBand(curves, 'quartiles', { ...look, label: splits.length > 1 ? `${label} ${split}` : label })];
  });
}
