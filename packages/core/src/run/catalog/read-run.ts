import { type Stats, statSync } from 'node:fs';
import { sep } from 'node:path';
import { isForgeError } from '../../errors/forge-error.js';
import { systemCode } from '../../fs/fs-error.js';
import type { RunFolder } from '../folder/run-folder.js';
import type { FieldValue } from '../query/query-fields.js';
import { bestOfRun } from '../record/best-of-run.js';
import type { RunState } from '../record/run-status.js';
import {
  setBest,
  statusOf,
  type ValueSink,
  valuesOfAnnotations,
  valuesOfFlags,
  valuesOfRecord,
} from './field-values.js';
import type { RunFiles } from './fresh-runs.js';
import type { Links } from './links.js';
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
  return (await readWholeRun(folder, new ValueKeys())).run;
}

interface WholeRun {
  readonly run: ReadRun;
  /** What its values are from; undefined if the folder is not a run. */
  readonly files: ReadValues | undefined;
}

/** The same, with what its values were read from. */
export async function readWholeRun(folder: RunFolder, keys: ValueKeys, links?: Links): Promise<WholeRun> {
  const values = new Map<string, FieldValue>([
    ['experiment', folder.experiment],
    ['number', folder.number],
  ]);
  const files = readValues(folder, { values, keys, level: readLevel.whole, ...(links === undefined ? {} : { links }) });
  await files?.later;
  const shown = [...values.keys()].filter((key) => !isHidden(key));
  return { run: { folder, keys: shown, get: (key) => values.get(key) }, files };
}

export interface RunningState extends RunState {
  /** The `run.json` that says so; undefined if it may change without another time. */
  readonly file: Stats | undefined;
}

interface ReadValues extends RunFiles {
  /** Of a run that is recorded as running: it is alive or has crashed. */
  readonly running?: RunningState;
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
  /** Default: `follow`. */
  readonly links?: Links;
}

/**
 * Reads the values of a run. Synchronous, which is faster for thousands of files.
 * @returns which files they are from; undefined if the folder is not a run
 */
export function readValues(folder: RunFolder, { values, keys, level, links }: ReadRequest): ReadValues | undefined {
  const { path } = folder;
  const read = readRecordSync(path, links);
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
  const flags = valuesOfFlags(path, values, keys, links);
  const annotations = valuesOfAnnotations(path, values, links);
  const valid = flags.valid && annotations.valid && isSettled(annotations.file);
  const files = {
    record: valid ? indexable(read) : undefined,
    annotations: annotations.file,
    ...(record.status === 'running' ? { running: runningState(read) } : {}),
  };
  if (record.best !== undefined) return files;
  // None if its metrics are invalid.
  const later = bestOfRun(path, record).then(
    (best) => setBest(values, best, keys),
    () => undefined,
  );
  return { ...files, later };
}

function runningState({ record: { status, process }, file }: ReadRecord): RunningState {
  return { status, process, file: isSettled(file) ? file : undefined };
}

/** The file, if it may be indexed. */
function indexable({ record, file }: ReadRecord): Stats | undefined {
  return record.status !== 'running' && isSettled(file) ? file : undefined;
}

/** File times are kept in ticks: a file may change again within this time without another time, ms. */
const settled = 2_000;

export function isSettled(file: Stats | undefined): boolean {
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
