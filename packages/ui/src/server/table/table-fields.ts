import type { QueriedRun, SelectedRuns } from '@forge-ml/core/runs';
import { fixedFields } from '@forge-ml/core/runs';
import type { Direction, TableField } from '../../protocol/table.js';

/** A field, by its key: how a column names it. */
export function fieldOf(key: string, directionOf: SelectedRuns['directionOf']): TableField {
  const kind = kindOf(key);
  const title = kind === 'fact' ? key : key.slice(key.indexOf('.') + 1);
  const isMetric = kind === 'best' || kind === 'last';
  return { key, title: kind === 'last' ? key : title, kind, direction: isMetric ? (directionOf(title) ?? null) : null };
}

function kindOf(key: string): TableField['kind'] {
  if (key.startsWith('flags.')) return 'flag';
  if (key.startsWith('best.')) return 'best';
  return key.startsWith('last.') ? 'last' : 'fact';
}

/** Every field of runs: the facts, then flags, best and last values. */
export function fieldsOf(
  keys: ReadonlySet<string>,
  directionOf: (address: string) => Direction | undefined,
): TableField[] {
  const facts = Object.keys(fixedFields);
  const others = [...keys].filter((key) => kindOf(key) !== 'fact').sort();
  return [...facts, ...others].map((key) => fieldOf(key, directionOf));
}

/** Best values by how many runs have them, the most common first; then the validation split before others, and losses. */
export function commonMetrics(runs: readonly QueriedRun[], keys: ReadonlySet<string>): string[] {
  const counted = [...keys]
    .filter((key) => key.startsWith('best.'))
    .map((key) => ({ key, count: runs.reduce((sum, run) => sum + Number(run.get(key) !== undefined), 0) }))
    .filter(({ count }) => count > 0);
  counted.sort((a, b) => b.count - a.count || rank(a.key) - rank(b.key) || (a.key < b.key ? -1 : 1));
  return counted.map(({ key }) => key);
}

function rank(key: string): number {
  const split = key.startsWith('best.valid.') ? 0 : key.startsWith('best.train.') ? 2 : 1;
  return split + (key.endsWith('.loss') ? 0 : 0.5);
}
