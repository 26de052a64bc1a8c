import { useRef } from 'preact/hooks';
import type { RunView } from '../../protocol/run-view.js';
import { location, setQuery } from '../address/location.js';
import { useOverview } from '../source/use-overview.js';
import { versionAt } from './code/chosen-code.js';
import { zoomText } from './curves/curve-settings.js';
import { RunCurves } from './curves/run-curves.js';
import { Diverged } from './facts/diverged.js';
import { Facts } from './facts/facts.js';
import { RunNotice } from './facts/run-notice.js';
import { stepsAround } from './live/first-not-finite.js';
import { useDivergence } from './live/use-divergence.js';
import type { LiveRun } from './live/use-run.js';
import { RunHeading } from './run-heading.js';
import { TabList } from './tab-list.js';
import { TabPanel } from './tab-panel.js';
import { tabOf, tabsOf } from './tabs.js';

interface RunBodyProps {
  readonly run: RunView;
  readonly live: LiveRun;
}

export function RunBody({ run, live }: RunBodyProps) {
  const canEdit = useOverview()?.canEdit ?? false;
  const divergence = useDivergence(run, live.feed);
  const curves = useRef<HTMLElement>(null);
  const more = useRef<HTMLElement>(null);
  const tabs = tabsOf(run);
  const tab = tabOf(location.value.query.get('tab'), tabs);
  const zoom = () => {
    const range = zoomText(stepsAround(divergence!.step));
    setQuery({ zoom: range, axis: null, logx: null, metric: null, metrics: null }, true);
    curves.current!.scrollIntoView();
  };
  const showCode = () => {
    const version = versionAt(run.code, divergence!.step);
    setQuery({ tab: 'code', file: null, changes: null, version: String(version?.number ?? '') }, true);
    more.current!.scrollIntoView();
  };
  return (
    <article class="run">
      <RunHeading run={run} />
      <RunNotice run={run} />
      <div class="run-columns">
        <section class="run-curves" aria-label="Curves" ref={curves}>
          <RunCurves run={run} feed={live.feed} />
        </section>
        <aside class="run-facts" aria-label="Facts">
          {divergence !== null && (
            <Diverged
              divergence={divergence}
              onZoom={zoom}
              onCode={tabs.some(({ name }) => name === 'code') ? showCode : null}
            />
          )}
          <Facts run={run} feed={live.feed} canEdit={canEdit} onChange={live.reload} />
        </aside>
        <section class="run-more" ref={more} aria-label="More of the run">
          <TabList tabs={tabs} selected={tab} />
          <TabPanel run={run} live={live} tab={tab} />
        </section>
      </div>
    </article>
  );
}
