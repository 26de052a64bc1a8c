import type { RunView } from '../../../protocol/run-view.js';
import { Annotations } from './annotations.js';
import { BestMetrics } from './best-metrics.js';
import { CommandList } from './command-list.js';
import { EngineFacts } from './engine-facts.js';
import { FlagList } from './flag-list.js';
import { RunLinks } from './run-links.js';
import { StatusFacts } from './status-facts.js';

interface FactsProps {
  readonly run: RunView;
  readonly canEdit: boolean;
  readonly onChange: () => void;
}

/** What is known of a run, the most asked for first. */
export function Facts({ run, canEdit, onChange }: FactsProps) {
  return (
    <>
      <StatusFacts run={run} />
      <BestMetrics run={run} />
      <FlagList flags={run.flags} />
      <EngineFacts run={run} />
      <RunLinks run={run} />
      <Annotations run={run} canEdit={canEdit} onChange={onChange} />
      <CommandList commands={run.commands} />
    </>
  );
}
