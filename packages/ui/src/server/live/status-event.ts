import type { QueriedRun } from '@forge-ml/core/runs';
import type { StatusEvent } from '../../protocol/live.js';
import type { RunId } from '../../protocol/overview.js';
import type { ShownStatus } from '../../protocol/table.js';

export function statusEvent(run: RunId, values: QueriedRun, changed: boolean): StatusEvent {
  const number = (key: string) => {
    const value = values.get(key);
    return typeof value === 'number' ? value : null;
  };
  return {
    run,
    status: values.get('status') as ShownStatus,
    reason: (values.get('reason') as string | undefined) ?? null,
    step: number('step') ?? 0,
    epoch: number('epoch') ?? 0,
    seconds: number('duration'),
    changed,
  };
}

/** What else a page shows of a run, as a text that differs if that does. */
export function shownState(values: QueriedRun, stamp: string): string {
  return JSON.stringify([...['status', 'reason', 'tag', 'note', 'name'].map((key) => values.get(key)), stamp]);
}
