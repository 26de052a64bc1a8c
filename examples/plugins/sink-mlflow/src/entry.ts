import type { MetricRecord } from '@forge-ml/core/plugin';
import { mlflowName } from './names.js';

export type MlflowStatus = 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED';

/** A record for MLflow, a line of the spool. Times are milliseconds since the Unix epoch. */
export type Entry =
  | {
      readonly kind: 'run';
      readonly experiment: string;
      readonly name: string;
      readonly key: string;
      readonly time: number;
    }
  | { readonly kind: 'params'; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'tags'; readonly tags: Readonly<Record<string, string>> }
  | {
      readonly kind: 'metrics';
      readonly step: number;
      readonly time: number;
      readonly values: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'status'; readonly status: MlflowStatus; readonly time: number };

export function formatEntry(entry: Entry): string {
  return `${JSON.stringify(entry, (_key, value: unknown) => (isNotFinite(value) ? String(value) : value))}\n`;
}

/** True for NaN and infinities, which JSON lacks: they become strings, as in MLflow's JSON. */
export function isNotFinite(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

/** Parses a line written by `formatEntry`. */
export function parseEntry(line: string): Entry {
  const entry = JSON.parse(line) as Entry;
  if (entry.kind !== 'metrics') return entry;
  return {
    ...entry,
    values: Object.fromEntries(Object.entries(entry.values).map(([name, value]) => [name, Number(value)])),
  };
}

/** The values of a record by their names in MLflow: `train/loss`. */
export function metricsEntry({ step, time, split, values }: MetricRecord): Extract<Entry, { kind: 'metrics' }> {
  const named = Object.entries(values).map(([name, value]) => [metricName(split, name), value] as const);
  return { kind: 'metrics', step, time, values: Object.fromEntries(named) };
}

const names = new Map<string, string>();

function metricName(split: string, name: string): string {
  const full = `${split}/${name}`;
  const known = names.get(full) ?? mlflowName(full);
  names.set(full, known);
  return known;
}
