import { computed } from '@preact/signals';
import type { RunId } from '../../../protocol/overview.js';
import { location, setQuery } from '../../address/location.js';
import { formatRunSet, parseRunSet } from '../../address/run-set.js';

const text = computed(() => location.value.query.get('selected') ?? '');

/** The selected runs, which are in the address. */
export const selection = computed<ReadonlySet<RunId>>(() => new Set(parseRunSet(text.value)));

export function select(runs: Iterable<RunId>): void {
  setQuery({ selected: formatRunSet(runs) });
}

/** Selects runs, or none of them if all are. */
export function toggle(runs: readonly RunId[]): void {
  const changed = new Set(selection.value);
  const areSelected = runs.every((run) => changed.has(run));
  for (const run of runs) {
    if (areSelected) changed.delete(run);
    else changed.add(run);
  }
  select(changed);
}

export function addToSelection(runs: readonly RunId[]): void {
  select([...selection.value, ...runs]);
}
