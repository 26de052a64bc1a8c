import { printableText } from '@forge-ml/core/text';
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Curve } from '../../../protocol/curves.js';
import { setQuery } from '../../address/location.js';
import { CursorTable } from '../../chart/cursor-table.js';
import { CurveChart } from '../../chart/curve-chart.js';
import type { LiveFeed } from '../../chart/live-feed.js';
import type { SharedCursor } from '../../chart/shared-cursor.js';
import { useCurves } from '../../chart/use-curves.js';
import { ErrorProblem } from '../../parts/error-problem.js';
import { type CurveSettings, zoomText } from '../../run/curves/curve-settings.js';
import type { CompareModel } from '../choices/compare-model.js';
import type { MetricPlot } from '../choices/metric-plots.js';
import { drawnCurves } from './drawn-curves.js';

interface CompareChartProps {
  readonly model: CompareModel;
  readonly plot: MetricPlot;
  readonly settings: CurveSettings;
  readonly cursor: SharedCursor;
  readonly feed: LiveFeed;
  readonly height: number;
  /** Whether a table below it has the values at the crosshair. */
  readonly hasValues: boolean;
}

const none: readonly Curve[] = [];

/** The curves of a metric of all runs that are shown. */
export function CompareChart({ model, plot, settings, cursor, feed, height, hasValues }: CompareChartProps) {
  const width = useSignal(0);
  const { axis, logX, logY, smooth, range } = settings;
  const { looks, view, chosenSplits, legend, shown } = model;
  const addresses = plot.metrics.filter(({ split }) => chosenSplits.includes(split)).map(({ address }) => address);
  const { curves, error } = useCurves(
    {
      ...{ runs: view.runs.map(({ id }) => id), metrics: addresses, axis, logX, logY, smooth },
      ...{ from: range?.from ?? null, to: range?.to ?? null, width: addresses.length === 0 ? 0 : width.value },
    },
    feed,
  );
  const all = curves?.curves ?? none;
  const drawn = useMemo(() => drawnCurves(all, { legend, shown, chosenSplits }), [all, legend, shown, chosenSplits]);
  if (error !== undefined) return <ErrorProblem error={error} />;
  return (
    <div>
      <CurveChart
        title={printableText(plot.key)}
        runs={looks}
        {...drawn}
        {...{ axis, logX, logY, range, cursor, height }}
        onRange={(to) => setQuery({ zoom: zoomText(to) }, true)}
        onWidth={(pixels) => {
          width.value = pixels;
        }}
      />
      {hasValues && <CursorTable runs={looks} {...drawn} {...{ axis, cursor }} mostRows={12} />}
    </div>
  );
}
