import { lstatSync, type Stats, statSync } from 'node:fs';
import { sep } from 'node:path';
import type { BoundedFile } from '../../fs/read-bounded.js';
import { canRefuseLinks, readRegularFile } from '../../fs/read-regular-file.js';
import { isObject } from '../../json/is-object.js';
import { parseJsonText } from '../../json/json-file.js';
import type { MeasuredMetrics } from '../../metrics/log/last-and-best.js';
import type { FieldValue } from '../query/query-fields.js';
import { runSeconds } from '../record/run-duration.js';
import type { RunRecord } from '../record/run-record.js';
import { shownStatus } from '../record/run-status.js';
import { type Links, withLinks } from './links.js';
import type { ValueKeys } from './value-keys.js';

/** Takes the values of a run by the key of their field: see `fixedFields`. Values that are missing are not set. */
export interface ValueSink {
  set(key: string, value: FieldValue): unknown;
}

/** The values that a run's `run.json` has. */
export function valuesOfRecord(record: RunRecord, folder: string, values: ValueSink, keys: ValueKeys): void {
  const status = shownStatus(record, folder);
  const { reason, created, step, epoch, backend, engine, git, host, metrics, best, directions } = record;
  values.set('status', status);
  if (reason !== null) values.set('reason', reason);
  values.set('created', created);
  values.set('step', step);
  values.set('epoch', epoch);
  values.set('backend', backend.name);
  values.set('engine', engine.engine);
  if (host.hostname !== undefined) values.set('host', String(host.hostname));
  const seconds = runSeconds(record, status);
  if (seconds !== null) values.set('duration', seconds);
  if (git !== null) {
    if (git.commit !== null) values.set('git.commit', git.commit);
    if (git.branch !== null) values.set('git.branch', git.branch);
    values.set('git.dirty', git.dirty);
  }
  for (const split in metrics) {
    const stats = metrics[split]!;
    for (const name in stats) values.set(keys.ofMetric(split, name).last, stats[name]!);
  }
  if (best !== undefined) setBest(values, best, keys);
  for (const address in directions) values.set(keys.ofDirection(address), directions[address]!);
}

/** Sets the best values of a run. */
export function setBest(values: ValueSink, best: MeasuredMetrics, keys: ValueKeys): void {
  for (const split in best) {
    for (const name in best[split]) {
      const { value, step } = best[split][name]!;
      const key = keys.ofMetric(split, name);
      values.set(key.best, value);
      values.set(key.step, step);
    }
  }
}

/** A file of a run that was read. */
export interface ReadFile {
  /** The status of the file that was read; undefined if there is none. */
  readonly file: Stats | undefined;
  /** Whether what was read of it may be indexed. */
  readonly valid: boolean;
}

const flagsFile = withLinks({ what: 'flags file', code: 'RUN_INVALID' });
const annotationsFile = withLinks({ what: 'annotations file', code: 'RUN_INVALID' });

/** The values of a run's `flags.json`: none if it cannot be read. */
export function valuesOfFlags(folder: string, values: ValueSink, keys: ValueKeys, links: Links = 'follow'): ReadFile {
  const path = `${folder}${sep}flags.json`;
  const collect = (content: Content) => {
    if (!isObject(content.flags)) return;
    for (const name in content.flags) {
      const flag = content.flags[name];
      const value = isObject(flag) ? flag.value : undefined;
      if (isScalar(value)) values.set(keys.ofFlag(name), value);
    }
  };
  // Nearly every run has flags, which are no link: asking for the status first would take as long as opening the file.
  if (canRefuseLinks) {
    try {
      return { file: collectFrom(path, flagsFile.refuse, collect), valid: true };
    } catch {
      // A link may be followed; of a file that is missing, damaged or unsafe, the same is returned below.
    }
  }
  return readValues(path, flagsFile[links], collect);
}

/** The values of a run's `annotations.json`: none if there is none, or if it cannot be read. */
export function valuesOfAnnotations(folder: string, values: ValueSink, links: Links = 'follow'): ReadFile {
  return readValues(annotationsFileOf(folder), annotationsFile[links], ({ tags, note, name }) => {
    if (Array.isArray(tags))
      values.set(
        'tag',
        tags.filter((tag) => typeof tag === 'string'),
      );
    if (typeof note === 'string' && note !== '') values.set('note', note);
    if (typeof name === 'string' && name !== '') values.set('name', name);
  });
}

export function annotationsFileOf(folder: string): string {
  return `${folder}${sep}annotations.json`;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

type Content = Readonly<Record<string, unknown>>;

/** One file that cannot be read must not prevent listing the runs: its values are missing. */
function readValues(path: string, kind: BoundedFile, collect: (content: Content) => void): ReadFile {
  // Most runs have no annotations, and an exception for each would cost more than reading the files.
  const status = statusOf(path, 'refuse');
  if (status === undefined) return { file: undefined, valid: true };
  try {
    const file = collectFrom(path, kind, collect);
    // Values behind a link are not indexed: what refuses links must not get them from there.
    return { file, valid: !status.isSymbolicLink() };
  } catch {
    return { file: undefined, valid: false };
  }
}

/** @returns the status of the file. @throws Error if it cannot be read, or is not JSON */
function collectFrom(path: string, kind: BoundedFile, collect: (content: Content) => void): Stats {
  const { text, status } = readRegularFile(path, kind);
  collect(parseJsonText(text, path, kind));
  return status;
}

/**
 * The status of a file; undefined if it is missing, or cannot be read: then reading it reports the cause.
 * @param links `refuse` gives the status of a link itself
 */
export function statusOf(path: string, links: Links = 'follow'): Stats | undefined {
  try {
    return (links === 'follow' ? statSync : lstatSync)(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
