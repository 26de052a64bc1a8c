import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Cell } from '../../../protocol/table.js';
import type { Source } from '../../source/source.js';
import { quoted } from './conditions.js';

/** Runs whose values are offered. */
const most = 500;

/** The distinct values of cells as they are written in expressions, the most common first. */
export function distinctValues(cells: Iterable<Cell>): string[] {
  const counts = new Map<string, number>();
  for (const cell of cells) {
    for (const value of Array.isArray(cell) ? cell : [cell]) {
      if (value === null || value === '') continue;
      const text = typeof value === 'string' ? quoted(value) : String(value);
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([text]) => text);
}

/** Values of a field in runs, for completion. They are asked for when a field is first needed. */
export function useFieldValues(source: Source): (field: string) => readonly string[] {
  const known = useSignal<ReadonlyMap<string, readonly string[]>>(new Map());
  return useMemo(() => {
    const asked = new Set<string>();
    const load = async (field: string) => {
      asked.add(field);
      try {
        const query = { where: '', sort: '', columns: field, group: null, offset: 0, limit: most };
        const { rows } = await source.table(query);
        known.value = new Map(known.value).set(field, distinctValues(rows.map(({ cells }) => cells[0] ?? null)));
      } catch {
        // The filter says what is wrong with a field.
      }
    };
    return (field) => {
      if (!asked.has(field)) void load(field);
      return known.value.get(field) ?? [];
    };
  }, [source]);
}
