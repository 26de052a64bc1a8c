import { useMemo } from 'preact/hooks';
import type { RunView } from '../../../protocol/run-view.js';
import { location } from '../../address/location.js';
import type { LiveFeed } from '../../chart/live-feed.js';
import { sharedCursor } from '../../chart/shared-cursor.js';
import { readSettings } from './curve-settings.js';
import { CurveToolbar } from './curve-toolbar.js';
import { LargePlot } from './large-plot.js';
import { PlotGroups } from './plot-groups.js';
import { filterGroups, findPlot, plotGroups } from './plots.js';

interface RunCurvesProps {
  readonly run: RunView;
  readonly feed: LiveFeed;
}

/** With fewer plots, there is nothing to search. */
const searchable = 7;

/** All curves of a run, or one of them large: the parameter `metric` of the address. */
export function RunCurves({ run, feed }: RunCurvesProps) {
  const cursor = useMemo(sharedCursor, []);
  const groups = useMemo(() => plotGroups(run.metrics), [run.metrics]);
  const { query } = location.value;
  if (groups.length === 0) return <p class="muted run-empty">{emptyText(run)}</p>;
  const plot = findPlot(groups, query.get('metric') ?? '');
  if (plot !== undefined) return <LargePlot key={plot.key} {...{ run, feed, cursor, plot, groups }} />;
  const { filter } = readSettings(query);
  const shown = filterGroups(groups, filter);
  const count = groups.reduce((sum, { plots }) => sum + plots.length, 0);
  return (
    <>
      <CurveToolbar hasFilter={count >= searchable || filter !== ''} />
      {shown.length === 0 && <p class="muted run-empty">No metric has “{filter}” in its name.</p>}
      <PlotGroups {...{ run, feed, cursor }} groups={shown} isFiltered={filter.trim() !== ''} />
    </>
  );
}

function emptyText({ status, damage }: RunView): string {
  if (damage !== null) return 'Its metrics cannot be read.';
  return status === 'running'
    ? 'No metrics yet: they appear here as soon as the first are logged.'
    : 'It logged no metrics.';
}
