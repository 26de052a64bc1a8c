import { printableText } from '@forge-ml/core/text';
import { type Band, makeBandPlot, nameOfRun, type Plot, type PlotSettings, type Spread } from '@forge-ml/plot';
import type { RepeatedRuns } from '../../actions/repeats.js';
import { cellOf, titleOf } from '../runs/run-cell.js';

/** The median and the band of a metric over the runs of a configuration. */
export interface PlottedBand {
  readonly label: string;
  readonly metric: string;
  readonly runs: readonly string[];
  /** Empty if there is one run, or if no two of them have values at the same step. */
  readonly bands: readonly Band[];
}

/** A plot of repeated runs, and its numbers. */
export function bandedPlot(
  groups: readonly RepeatedRuns[],
  spread: Spread,
  settings: PlotSettings,
): { readonly plot: Plot; readonly bands: readonly PlottedBand[] } {
  const labelled = groups.map((group) => ({ label: labelOf(group), runs: group.runs }));
  const plot = makeBandPlot(labelled, spread, settings);
  const bands = plot.panels.flatMap(({ series }) =>
    series.map(({ run: label, curve: { metric }, bands = [] }): PlottedBand => {
      const members = labelled.find((group) => group.label === label)?.runs ?? [];
      return { label, metric, runs: members.map(({ run }) => nameOfRun(run)), bands };
    }),
  );
  return { plot, bands };
}

/** `hidden 64, lr 0.01`: the flags that tell a configuration from the others, or its experiment if there is no other. */
function labelOf({ flags, experiment }: RepeatedRuns): string {
  const parts = flags.map(({ key, value }) => `${titleOf(key)} ${value === undefined ? 'none' : cellOf(key, value)}`);
  return parts.length === 0 ? printableText(experiment) : parts.join(', ');
}
