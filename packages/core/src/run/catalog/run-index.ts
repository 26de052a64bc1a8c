import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../fs/cache-folder.js';
import { readRegularBytes } from '../../fs/read-regular-file.js';
import type { FieldValue } from '../query/query-fields.js';
import type { FreshRuns } from './fresh-runs.js';
import { decodeIndex, encodeIndex, type FileColumns, fileParts, type IndexContent } from './index-file.js';
import { IndexedRuns } from './indexed-runs.js';

const kind = { what: 'index of runs', code: 'RUN_INVALID', maxBytes: 1024 * 1024 * 1024 } as const;
/** With fewer runs it would save no time that a person notices. */
const minRuns = 500;
/** Of this share of runs the values are read from their files each time, so that not each new run rewrites the index. */
const unindexedShare = 0.02;

/**
 * The path of the index of a results folder, by its real path and inode: a new folder at the same path has its own. It is
 * in the user's cache folder, since read-only commands never modify a results folder, and may be deleted at any time.
 */
export function indexPath(results: string): string | undefined {
  try {
    const real = realpathSync(results);
    const key = createHash('sha256')
      .update(`${real}\0${statSync(real).ino}`)
      .digest('hex')
      .slice(0, 32);
    return join(cacheFolder(), 'run-indexes', key);
  } catch {
    return undefined;
  }
}

/** Undefined if there is no valid index. */
export function readIndex(path: string): IndexedRuns | undefined {
  try {
    return new IndexedRuns(decodeIndex(readRegularBytes(path, kind).bytes));
  } catch {
    return undefined;
  }
}

/** Runs of an experiment: their positions among the indexed runs, or `-1 - position` among the fresh ones. */
export type ListedRuns = readonly (readonly [experiment: string, handles: readonly number[]])[];

/** Writes an index, if there are enough runs that an existing one does not have. */
export function saveIndex(path: string, listed: ListedRuns, known: IndexedRuns | undefined, fresh: FreshRuns): void {
  const experiments = listed
    .map(([name, handles]) => [name, handles.filter((at) => at >= 0 || fresh.isIndexable(-1 - at))] as const)
    .filter(([, handles]) => handles.length > 0);
  const handles = experiments.flatMap(([, handles]) => handles);
  const found = handles.filter((at) => at >= 0).length;
  const added = handles.length - found;
  if (handles.length < minRuns || added <= found * unindexedShare) return;
  const temporary = `${path}.writing-${process.pid}-${Math.random().toString(36).slice(2)}`;
  try {
    const counts = experiments.map(([name, { length }]) => [name, length] as const);
    const content = encodeIndex({ experiments: counts, ...merge(handles, known, fresh) });
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // Not fsynced: after a power failure an incomplete index is ignored, and any other is checked against the files.
    writeFileSync(temporary, content, { flag: 'wx' });
    renameSync(temporary, path);
  } catch {
    // A read-only or full cache folder: listing works without an index.
    rmSync(temporary, { force: true });
  }
}

/** @throws InvalidIndex */
function merge(
  handles: readonly number[],
  known: IndexedRuns | undefined,
  fresh: FreshRuns,
): Omit<IndexContent, 'experiments'> {
  const numbers = (before: Float64Array | undefined, added: readonly number[]) => {
    const column = new Float64Array(handles.length);
    handles.forEach((at, place) => {
      column[place] = at < 0 ? added[-1 - at]! : before![at]!;
    });
    return column;
  };
  const files = Object.fromEntries(
    fileParts.map((part) => [part, numbers(known?.index.files[part], fresh.files[part])]),
  ) as FileColumns;
  const keys = new Set([...(known?.index.keys ?? []), ...fresh.columns.keys()]);
  const columns = new Map<string, (FieldValue | null)[]>();
  for (const key of keys) {
    const [before, added] = [known?.load(key), fresh.columns.get(key)];
    const column = handles.map((at) => (at < 0 ? added?.[-1 - at] : before?.[at]) ?? null);
    if (column.some((value) => value !== null)) columns.set(key, column);
  }
  return { files, columns };
}
