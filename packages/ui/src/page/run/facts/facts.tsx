import type { RunView } from '../../../protocol/run-view.js';
import type { LiveFeed } from '../../chart/live-feed.js';
import { useValues } from '../live/use-values.js';
import { Annotations } from './annotations.js';
import { BestMetrics } from './best-metrics.js';
import { CommandList } from './command-list.js';
import { EngineFacts } from './engine-facts.js';
import { FlagList } from './flag-list.js';
import { RunLinks } from './run-links.js';
import { StatusFacts } from './status-facts.js';

interface FactsProps {
  readonly run: RunView;
  readonly feed: LiveFeed;
  readonly canEdit: boolean;
  readonly onChange: () => void;
}

/** What is known of a run, the most asked for first. */
export function Facts({ run, feed, canEdit, onChange }: FactsProps) {
  return (
    <>
      <LiveFacts run={run} feed={feed} />
      <FlagList flags={run.flags} />
      <EngineFacts run={run} />
      <RunLinks run={run} />
      <Annotations run={run} canEdit={canEdit} onChange={onChange} />
      <CommandList commands={run.commands} />
    </>
  );
}

/** Those that change with each value: only they are drawn again. */
function LiveFacts({ run, feed }: Pick<FactsProps, 'run' | 'feed'>) {
  const now = useValues(run, feed);
  return (
    <>
      <StatusFacts run={now} />
      <BestMetrics run={now} />
    </>
  );
}
