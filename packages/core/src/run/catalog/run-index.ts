import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../fs/cache-folder.js';
import { readRegularBytes } from '../../fs/read-regular-file.js';
import { decodeIndex, encodeIndex } from './index-file.js';
import { type AddedRun, type IndexValues, KnownRuns, mergeRuns } from './indexed-runs.js';

const kind = { what: 'index of runs', code: 'RUN_INVALID', maxBytes: 1024 * 1024 * 1024 } as const;
/** With fewer runs it would save no time that a person notices. */
const minRuns = 500;
/** Of this share of runs the values are read from their files each time, so that not each new run rewrites the index. */
const unindexedShare = 0.02;
/** File times are kept in ticks: a file may change again within this time without another time, ms. */
const settled = 2_000;

/** What an index holds: the creation times for lists, or all values of one file of each run. */
export type IndexName = 'list' | 'run' | 'flags' | 'annotations';

interface OpenOptions {
  readonly load: readonly string[];
  readonly fresh?: boolean;
}

/**
 * Values of the runs of a results folder, by column. To list thousands of runs, it is enough to check that each file is
 * still the same: every write of Forge makes a new file (see `writeFileAtomic`), and other changes change its times.
 * Kept in the user's cache folder, since read-only commands never modify a results folder. It may be deleted at any time;
 * if it cannot be written, listing works without it.
 */
export class RunIndex {
  private readonly added = new Map<string, AddedRun[]>();

  private constructor(
    private readonly path: string | undefined,
    private readonly known: ReadonlyMap<string, KnownRuns>,
  ) {}

  /**
   * An index that is missing or invalid is ignored.
   * @param options.load columns to load immediately
   * @param options.fresh ignore it in any case
   */
  static open(results: string, name: IndexName, { load, fresh = false }: OpenOptions): RunIndex {
    const path = indexPath(results, name);
    return new RunIndex(path, path === undefined || fresh ? new Map() : readIndex(path, load));
  }

  /** The indexed runs of an experiment. */
  runsOf(experiment: string): KnownRuns | undefined {
    return this.known.get(experiment);
  }

  /** The keys of the values of all runs. */
  keys(): ReadonlySet<string> {
    const keys = new Set<string>();
    for (const runs of this.known.values()) for (const key of runs.keys) if (!key.startsWith('#')) keys.add(key);
    return keys;
  }

  /** Makes columns available to the values that `find` returned. @throws InvalidIndex */
  load(keys: readonly string[]): void {
    for (const runs of this.known.values()) for (const key of keys) runs.column(key);
  }

  /** Adds a run, unless its file has changed recently and may change again unnoticed. */
  add(experiment: string, number: number, file: Stats | undefined, values: IndexValues): void {
    if (file !== undefined && Date.now() - Math.max(file.mtimeMs, file.ctimeMs) < settled) return;
    let added = this.added.get(experiment);
    if (added === undefined) {
      added = [];
      this.added.set(experiment, added);
    }
    // Not the whole status: thousands of them would be copied by the garbage collector.
    added.push({ number, file: file && { ino: file.ino, size: file.size, ctimeMs: file.ctimeMs }, values });
  }

  /** Writes the runs found and added, if enough were added. */
  save(): void {
    const added = sumOf(this.added.values(), ({ length }) => length);
    const found = sumOf(this.known.values(), (runs) => runs.found.length);
    const { path } = this;
    if (path === undefined || added + found < minRuns || added <= found * unindexedShare) return;
    const temporary = `${path}.writing-${process.pid}-${Math.random().toString(36).slice(2)}`;
    try {
      const experiments = [...new Set([...this.known.keys(), ...this.added.keys()])];
      const merged = experiments.map((name) => [name, mergeRuns(this.known.get(name), this.added.get(name))] as const);
      const content = encodeIndex(new Map(merged.filter(([, { files }]) => files.number.length > 0)));
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      // Not fsynced: after a power failure an incomplete index is ignored, and any other is checked against the files.
      writeFileSync(temporary, content, { flag: 'wx' });
      renameSync(temporary, path);
    } catch {
      // A read-only or full cache folder: listing works without an index.
      rmSync(temporary, { force: true });
    }
  }
}

/** The path of an index, by the real path and inode of the results folder: a new folder at the same path has its own. */
export function indexPath(results: string, name: IndexName): string | undefined {
  try {
    const real = realpathSync(results);
    const key = createHash('sha256')
      .update(`${real}\0${statSync(real).ino}`)
      .digest('hex')
      .slice(0, 32);
    return join(cacheFolder(), 'run-indexes', `${key}.${name}`);
  } catch {
    return undefined;
  }
}

function readIndex(path: string, load: readonly string[]): ReadonlyMap<string, KnownRuns> {
  try {
    const known = new Map<string, KnownRuns>();
    for (const [experiment, encoded] of decodeIndex(readRegularBytes(path, kind).bytes)) {
      const runs = new KnownRuns(encoded);
      for (const key of load) runs.column(key);
      known.set(experiment, runs);
    }
    return known;
  } catch {
    // Missing or invalid: ignored.
    return new Map();
  }
}

function sumOf<T>(items: Iterable<T>, count: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += count(item);
  return sum;
}
