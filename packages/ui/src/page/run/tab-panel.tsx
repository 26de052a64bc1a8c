import type { RunView } from '../../protocol/run-view.js';
import { CodeView } from './code/code-view.js';
import type { LiveRun } from './live/use-run.js';
import { LogView } from './log/log-view.js';
import { MediaView } from './media/media-view.js';
import { CheckpointTable } from './tables/checkpoint-table.js';
import { Environment } from './tables/environment.js';
import { ParameterTable } from './tables/parameter-table.js';
import type { Tab } from './tabs.js';

interface TabPanelProps {
  readonly run: RunView;
  readonly live: LiveRun;
  readonly tab: Tab;
}

export function TabPanel({ run, live, tab }: TabPanelProps) {
  return (
    <div id="tab-panel" class="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab.name}`} tabIndex={-1}>
      <Content run={run} live={live} tab={tab} />
    </div>
  );
}

function Content({ run, live, tab }: TabPanelProps) {
  switch (tab.name) {
    case 'checkpoints':
      return <CheckpointTable run={run} />;
    case 'log':
      return <LogView run={run} events={live.log} />;
    case 'code':
      return <CodeView run={run} />;
    case 'media':
      return <MediaView run={run} />;
    case 'parameters':
      return <ParameterTable parameters={run.parameters} />;
    case 'environment':
      return <Environment groups={run.environment} />;
  }
}
