import { type Stats, statSync } from 'node:fs';
import { sep } from 'node:path';
import { isForgeError } from '../../errors/forge-error.js';
import { systemCode } from '../../fs/fs-error.js';
import type { RunFolder } from '../folder/run-folder.js';
import type { FieldValue } from '../query/query-fields.js';
import { bestOfRun } from '../record/best-of-run.js';
import {
  setBest,
  statusOf,
  type ValueSink,
  valuesOfAnnotations,
  valuesOfFlags,
  valuesOfRecord,
} from './field-values.js';
import type { RunFiles } from './fresh-runs.js';
import { type ReadRecord, readRecordSync } from './read-record.js';
import { isHidden, levelKey, timeKey, ValueKeys } from './value-keys.js';

/** The values of a run that an expression, an order or a table needs. */
export interface QueriedRun {
  readonly folder: RunFolder;
  /** The value of a field by its key: `flags.hidden`. Undefined if it is missing, or was not asked for. */
  get(key: string): FieldValue | undefined;
}

/** A run with all its values; of a damaged run, its status and reason. */
export interface ReadRun extends QueriedRun {
  /** The fields that it has. */
  readonly keys: readonly string[];
}

/** Reads a run from its files. */
export async function readRun(folder: RunFolder): Promise<ReadRun> {
  const values = new Map<string, FieldValue>([
    ['experiment', folder.experiment],
    ['number', folder.number],
  ]);
  const read = readValues(folder, { values, keys: new ValueKeys(), level: readLevel.whole });
  await read?.later;
  const keys = [...values.keys()].filter((key) => !isHidden(key));
  return { folder, keys, get: (key) => values.get(key) };
}

interface ReadValues extends RunFiles {
  /** The best values of a run of an older version, which are computed from its metrics. */
  readonly later?: Promise<void>;
}

/** How much of a run is read: when it was created; its `run.json`; its flags, annotations and computed best values too. */
export const readLevel = { time: 0, record: 1, whole: 2 } as const;

export type ReadLevel = (typeof readLevel)[keyof typeof readLevel];

interface ReadRequest {
  readonly values: ValueSink;
  readonly keys: ValueKeys;
  readonly level: ReadLevel;
}

/**
 * Reads the values of a run. Synchronous, which is faster for thousands of files.
 * @returns which files they are from; undefined if the folder is not a run
 */
export function readValues(folder: RunFolder, { values, keys, level }: ReadRequest): ReadValues | undefined {
  const { path } = folder;
  const read = readRecordSync(path);
  if (isForgeError(read)) {
    if (!looksLikeRun(path)) return undefined;
    values.set(timeKey, statusOf(path)?.mtimeMs ?? 0);
    values.set('status', 'damaged');
    values.set('reason', read.message);
    return { record: undefined, annotations: null };
  }
  const { record } = read;
  values.set(levelKey, level);
  values.set(timeKey, Date.parse(record.created));
  if (level >= readLevel.record) valuesOfRecord(record, path, values, keys);
  if (level < readLevel.whole) return { record: indexable(read), annotations: null };
  const flags = valuesOfFlags(path, values, keys);
  const annotations = valuesOfAnnotations(path, values);
  const valid = flags.valid && annotations.valid && isSettled(annotations.file);
  const files = { record: valid ? indexable(read) : undefined, annotations: annotations.file };
  if (record.best !== undefined) return files;
  // None if its metrics are invalid.
  const later = bestOfRun(path, record).then(
    (best) => setBest(values, best, keys),
    () => undefined,
  );
  return { ...files, later };
}

/** The file, if it may be indexed. */
function indexable({ record, file }: ReadRecord): Stats | undefined {
  return record.status !== 'running' && isSettled(file) ? file : undefined;
}

/** File times are kept in ticks: a file may change again within this time without another time, ms. */
const settled = 2_000;

function isSettled(file: Stats | undefined): boolean {
  return file === undefined || Date.now() - Math.max(file.mtimeMs, file.ctimeMs) >= settled;
}

/**
 * A numbered folder that is not a run, or whose start failed, has neither name. A folder that cannot be read counts as
 * a run.
 */
function looksLikeRun(path: string): boolean {
  return ['run.json', 'checkpoints'].some((name) => {
    try {
      return statSync(`${path}${sep}${name}`, { throwIfNoEntry: false }) !== undefined;
    } catch (error) {
      return systemCode(error) !== 'ENOTDIR';
    }
  });
}
