import { type Stats, statSync } from 'node:fs';
import { sep } from 'node:path';
import { readRegularFile } from '../../fs/read-regular-file.js';
import { isObject } from '../../json/is-object.js';
import { parseJsonText } from '../../json/json-file.js';
import type { MeasuredMetrics } from '../../metrics/log/last-and-best.js';
import type { FieldValue } from '../query/query-fields.js';
import { runSeconds } from '../record/run-duration.js';
import { shownStatus } from '../record/run-status.js';
import type { RunSummary } from './run-summary.js';

/** The values of a run by the key of their field: see `fixedFields`. Values that are missing have no entry. */
export type ValueMap = Map<string, FieldValue>;

/** The values that a run's `run.json` has. */
export function valuesOfRecord(summary: RunSummary, folder: string, now = Date.now()): ValueMap {
  const values: ValueMap = new Map();
  const status = shownStatus(summary, folder);
  const { reason, created, step, epoch, backend, engine, git, host, metrics, best } = summary;
  const seconds = runSeconds(summary, status, now);
  const fixed = { status, reason, created, step, epoch, backend, engine, host, duration: seconds };
  for (const [key, value] of Object.entries(fixed)) if (value !== null) values.set(key, value);
  if (git !== null) {
    if (git.commit !== null) values.set('git.commit', git.commit);
    if (git.branch !== null) values.set('git.branch', git.branch);
    values.set('git.dirty', git.dirty);
  }
  for (const split in metrics) {
    const stats = metrics[split]!;
    for (const name in stats) values.set(`last.${split}.${name}`, stats[name]!);
  }
  if (best !== undefined) setBest(values, best);
  return values;
}

/** Adds the best values of a run. */
export function setBest(values: ValueMap, best: MeasuredMetrics): void {
  for (const split in best)
    for (const name in best[split]) values.set(`best.${split}.${name}`, best[split][name]!.value);
}

/** The values of a file of a run, and the status of the file that was read. */
export interface FileValues {
  readonly values: ValueMap;
  /** Undefined if there is no such file. */
  readonly file: Stats | undefined;
  /** Whether the file could be read: otherwise it has no values. */
  readonly valid: boolean;
}

/** The values of a run's `flags.json`: none if it cannot be read. */
export function valuesOfFlags(folder: string): FileValues {
  return readValues(`${folder}${sep}flags.json`, { what: 'flags file', code: 'RUN_INVALID' }, (content, values) => {
    if (!isObject(content.flags)) return;
    for (const [name, flag] of Object.entries(content.flags)) {
      const value = isObject(flag) ? flag.value : undefined;
      if (isScalar(value)) values.set(`flags.${name}`, value);
    }
  });
}

/** The values of a run's `annotations.json`: none if there is none, or if it cannot be read. */
export function valuesOfAnnotations(folder: string): FileValues {
  const kind = { what: 'annotations file', code: 'RUN_INVALID' } as const;
  return readValues(`${folder}${sep}annotations.json`, kind, ({ tags, note, name }, values) => {
    if (Array.isArray(tags))
      values.set(
        'tag',
        tags.filter((tag) => typeof tag === 'string'),
      );
    if (typeof note === 'string' && note !== '') values.set('note', note);
    if (typeof name === 'string' && name !== '') values.set('name', name);
  });
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** One file that cannot be read must not prevent listing the runs: its values are missing. */
function readValues(
  path: string,
  kind: Parameters<typeof readRegularFile>[1],
  collect: (content: Readonly<Record<string, unknown>>, values: ValueMap) => void,
): FileValues {
  const values: ValueMap = new Map();
  // Most runs have no annotations, and an exception for each would cost more than reading the files.
  if (statusOf(path) === undefined) return { values, file: undefined, valid: true };
  try {
    const { text, status: file } = readRegularFile(path, kind);
    collect(parseJsonText(text, path, kind), values);
    return { values, file, valid: true };
  } catch {
    return { values, file: undefined, valid: false };
  }
}

/** The status of a file; undefined if it is missing, or cannot be read: then reading it reports the cause. */
export function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
