import { formatCount, printableText } from '@forge-ml/core/text';
import type { RunView } from '../../../protocol/run-view.js';
import { setQuery } from '../../address/location.js';
import type { LiveFeed } from '../../chart/live-feed.js';
import type { SharedCursor } from '../../chart/shared-cursor.js';
import { CopyButton } from '../../parts/copy-button.js';
import { useKeys } from '../../parts/keys.js';
import { Num } from '../../parts/number.js';
import { QueryLink } from '../../parts/query-link.js';
import { CurveToolbar } from './curve-toolbar.js';
import { PlotView } from './plot-view.js';
import type { Plot, PlotGroup } from './plots.js';

interface LargePlotProps {
  readonly run: RunView;
  readonly feed: LiveFeed;
  readonly cursor: SharedCursor;
  readonly plot: Plot;
  readonly groups: readonly PlotGroup[];
}

/** One metric: its curves large, and its values. */
export function LargePlot({ run, feed, cursor, plot, groups }: LargePlotProps) {
  const close = () => setQuery({ metric: null }, true);
  const plots = groups.flatMap((group) => group.plots);
  const move = (by: number) => {
    const to = plots[plots.findIndex(({ key }) => key === plot.key) + by];
    if (to !== undefined) setQuery({ metric: to.key });
  };
  useKeys([
    { key: 'Escape', does: 'show all metrics', run: close },
    { key: 'j', does: 'show the next metric', run: () => move(1) },
    { key: 'k', does: 'show the metric before', run: () => move(-1) },
  ]);
  return (
    <>
      <div class="large-plot-heading">
        <QueryLink to={{ metric: null }}>← all metrics</QueryLink>
        <label class="toggle">
          <span class="only-read">Metric</span>
          <select value={plot.key} onChange={({ currentTarget }) => setQuery({ metric: currentTarget.value }, true)}>
            {plots.map(({ key }) => (
              <option key={key} value={key}>
                {printableText(key)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <CurveToolbar hasFilter={false} />
      <PlotView {...{ run, feed, cursor, plot }} height={480} />
      <Values run={run} plot={plot} />
    </>
  );
}

function Values({ run: { label, metrics }, plot }: { readonly run: RunView; readonly plot: Plot }) {
  return (
    <table class="data-table">
      <thead>
        <tr>
          <th>metric</th>
          <th class="number">last</th>
          <th class="number">best</th>
          <th class="number">at step</th>
          <th>better</th>
          <th>address</th>
        </tr>
      </thead>
      <tbody>
        {metrics
          .filter(({ address }) => plot.metrics.includes(address))
          .map(({ address, last, best, direction }) => (
            <tr key={address}>
              <th scope="row">{printableText(address)}</th>
              <td class="number">{last !== null && <Num value={last} />}</td>
              <td class="number">{best !== null && <Num value={best.value} strong />}</td>
              <td class="number">{best !== null && formatCount(best.step)}</td>
              <td class="muted">{direction === null ? '' : direction === 'min' ? 'lower' : 'higher'}</td>
              <td>
                {best !== null && (
                  <CopyButton text={`${label} best:${address}`} what={`the address of the best ${address}`} />
                )}
              </td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
