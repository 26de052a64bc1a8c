import { printableText } from '@forge-ml/core/text';
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { CurvesOfRun } from '../../../protocol/curves.js';
import type { RunView } from '../../../protocol/run-view.js';
import { location, setQuery } from '../../address/location.js';
import { chartRuns } from '../../chart/chart-runs.js';
import { CurveChart } from '../../chart/curve-chart.js';
import type { LiveFeed } from '../../chart/live-feed.js';
import type { SharedCursor } from '../../chart/shared-cursor.js';
import { useCurves } from '../../chart/use-curves.js';
import { Problem } from '../../parts/problem.js';
import { readSettings, zoomText } from './curve-settings.js';
import type { Plot } from './plots.js';

export interface PlotViewProps {
  readonly run: RunView;
  readonly plot: Plot;
  readonly feed: LiveFeed;
  readonly cursor: SharedCursor;
  readonly height?: number;
}

const nothingKnown: readonly CurvesOfRun[] = [];

/** The curves of a metric of a run, with all its splits. */
export function PlotView({ run: { id, label }, plot, feed, cursor, height = 200 }: PlotViewProps) {
  const width = useSignal(0);
  const { axis, logX, logY, smooth, range } = readSettings(location.value.query);
  const { curves, error } = useCurves(
    {
      ...{ runs: [id], metrics: plot.metrics, axis, logX, logY, smooth },
      ...{ from: range?.from ?? null, to: range?.to ?? null, width: width.value },
    },
    feed,
  );
  const known = curves?.runs ?? nothingKnown;
  const runs = useMemo(() => chartRuns([{ id, label }], known), [id, label, known]);
  const failed = curves?.failed[0];
  if (error !== undefined) return <Problem message={error.message} hint={error.hint} />;
  if (failed !== undefined) return <Problem message={printableText(failed.message)} hint={null} />;
  return (
    <CurveChart
      title={printableText(plot.title)}
      {...{ runs, axis, logX, logY, range, cursor, height }}
      curves={curves?.curves ?? []}
      onRange={(to) => setQuery({ zoom: zoomText(to) }, true)}
      onWidth={(pixels) => {
        width.value = pixels;
      }}
    />
  );
}
