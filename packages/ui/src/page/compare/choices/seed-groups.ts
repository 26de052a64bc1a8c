import { printableText } from '@forge-ml/core/text';
import type { ComparisonView } from '../../../protocol/comparison.js';
import type { RunId } from '../../../protocol/overview.js';
import { exactText } from '../../parts/cell-text.js';

/** Runs that differ only in their seed. */
export interface SeedGroup {
  /** For the shared cursor: no id of a run. */
  readonly id: string;
  /** What tells it from the other groups: `hidden 64`. */
  readonly label: string;
  readonly runs: readonly RunId[];
}

/** More flags would be no label. */
const mostFlags = 3;

/** In the order of their first runs. A run without repeats is a group of its own. */
export function seedGroups({ runs, rows }: Pick<ComparisonView, 'runs' | 'rows'>): SeedGroup[] {
  const members = new Map<string, number[]>();
  for (const [at, { configuration }] of runs.entries()) {
    members.set(configuration, [...(members.get(configuration) ?? []), at]);
  }
  const firsts = [...members.values()].map(([first]) => first!);
  const differing = rows.filter(({ group, name, equal, values }) => {
    return group === 'flags' && name !== 'seed' && !equal && firsts.some((at) => values[at] !== values[firsts[0]!]);
  });
  return [...members].map(([configuration, places]) => {
    const [first] = places;
    const texts = differing.slice(0, mostFlags).map(({ name, values }) => {
      return `${printableText(name)} ${exactText(values[first!]!) || 'none'}`;
    });
    const isAlone = places.length === 1 || texts.length === 0;
    return {
      id: `configuration ${configuration}`,
      label: isAlone ? runs[first!]!.label : texts.join(', '),
      runs: places.map((at) => runs[at]!.id),
    };
  });
}

/** Whether there is anything to group. */
export function hasRepeats(groups: readonly SeedGroup[]): boolean {
  return groups.some(({ runs }) => runs.length > 1);
}
