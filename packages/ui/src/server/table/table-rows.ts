import type { QueriedRun } from '@forge-ml/core/runs';
import { timeKey } from '@forge-ml/core/runs';
import type { ShownStatus, TableRow } from '../../protocol/table.js';
import type { ShownRuns } from './shown-runs.js';
import { cellOf } from './table-columns.js';

export function rowOf(shown: ShownRuns, run: QueriedRun, columns: readonly string[]): TableRow {
  const { id, label } = shown.describe(run);
  return {
    id,
    label,
    name: text(run, 'name'),
    status: run.get('status') as ShownStatus,
    reason: (run.get('reason') as string | undefined) ?? null,
    created: run.get(timeKey) as number,
    seconds: number(run, 'duration'),
    step: number(run, 'step'),
    tags: (run.get('tag') as readonly string[] | undefined) ?? [],
    note: text(run, 'note'),
    cells: columns.map((key) => cellOf(run, key)),
  };
}

function text(run: QueriedRun, key: string): string {
  return String(run.get(key) ?? '');
}

function number(run: QueriedRun, key: string): number | null {
  const value = run.get(key);
  return typeof value === 'number' ? value : null;
}
