import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../fs/cache-folder.js';
import { readRegularFile } from '../../fs/read-regular-file.js';
import { isObject } from '../../json/json-file.js';
import type { RunFolder } from '../folder/run-folder.js';
import { addRun, copyRuns, type IndexedRuns, isIndexedRuns, isSameFile, noRuns } from './index-columns.js';
import type { RunSummary } from './run-summary.js';

const formatVersion = 2;
const kind = { what: 'index of runs', code: 'RUN_INVALID', maxBytes: 256 * 1024 * 1024 } as const;
/** With fewer runs it would save no time that a person notices. */
const minRuns = 500;
/** File times are kept in ticks: a file may change again within this time without another time, ms. */
const settled = 2_000;

/** The indexed runs of an experiment. */
interface Known {
  readonly runs: IndexedRuns;
  /** The position of each run by its number. */
  readonly positions: ReadonlyMap<number, number>;
  /** Positions of runs that were looked up and are unchanged. */
  readonly found: number[];
}

/**
 * The valid runs of a results folder and their creation times. To find the newest of thousands, it is enough to check
 * that each `run.json` is still the same file. Kept in the user's cache folder, since read-only commands never modify a
 * results folder. It may be deleted at any time; if it cannot be written, listing works without it.
 */
export class RunIndex {
  private readonly added = new Map<string, IndexedRuns>();

  private constructor(
    private readonly path: string | undefined,
    private readonly known: ReadonlyMap<string, Known>,
  ) {}

  /** An index that is missing or invalid is ignored. */
  static open(results: string): RunIndex {
    const path = indexPath(results);
    return new RunIndex(path, path === undefined ? new Map() : readIndex(path));
  }

  has({ experiment, number }: RunFolder): boolean {
    return this.known.get(experiment)?.positions.has(number) === true;
  }

  /** The creation time of a run, if its file is unchanged. */
  find({ experiment, number }: RunFolder, file: Stats | undefined): string | undefined {
    const known = this.known.get(experiment);
    const at = known?.positions.get(number);
    if (known === undefined || at === undefined || file === undefined) return undefined;
    if (!isSameFile(known.runs, at, file)) return undefined;
    known.found.push(at);
    return known.runs.created[at];
  }

  /** Adds a run, unless its file may change unnoticed: it is running, or has changed recently. */
  add({ experiment, number }: RunFolder, file: Stats, summary: RunSummary): void {
    if (summary.status === 'running' || Date.now() - Math.max(file.mtimeMs, file.ctimeMs) < settled) return;
    addRun(this.addedTo(experiment), number, file, summary.created);
  }

  /** Writes the runs found and added, if any were added. */
  save(): void {
    if (this.added.size === 0) return;
    for (const [experiment, { runs, found }] of this.known) copyRuns(runs, found, this.addedTo(experiment));
    const count = [...this.added.values()].reduce((sum, { number }) => sum + number.length, 0);
    const { path } = this;
    if (count < minRuns || path === undefined) return;
    const temporary = `${path}.writing-${process.pid}-${Math.random().toString(36).slice(2)}`;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      // Not fsynced: after a power failure an incomplete index is ignored, and any other is checked against the files.
      writeFileSync(temporary, JSON.stringify({ formatVersion, experiments: Object.fromEntries(this.added) }), {
        flag: 'wx',
      });
      renameSync(temporary, path);
    } catch {
      // A read-only or full cache folder: listing works without an index.
      rmSync(temporary, { force: true });
    }
  }

  private addedTo(experiment: string): IndexedRuns {
    let runs = this.added.get(experiment);
    if (runs === undefined) {
      runs = noRuns();
      this.added.set(experiment, runs);
    }
    return runs;
  }
}

/** The path of a results folder's index, by real path and inode: a new folder at the same path has its own index. */
export function indexPath(results: string): string | undefined {
  try {
    const real = realpathSync(results);
    const key = createHash('sha256')
      .update(`${real}\0${statSync(real).ino}`)
      .digest('hex')
      .slice(0, 32);
    return join(cacheFolder(), 'run-indexes', `${key}.json`);
  } catch {
    return undefined;
  }
}

function readIndex(path: string): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  try {
    // No depth limit is needed: nothing recurses into the content.
    const content: unknown = JSON.parse(readRegularFile(path, kind).text ?? '');
    if (!isObject(content) || content.formatVersion !== formatVersion || !isObject(content.experiments)) return known;
    for (const [experiment, runs] of Object.entries(content.experiments)) {
      if (!isIndexedRuns(runs)) continue;
      known.set(experiment, { runs, positions: new Map(runs.number.map((number, at) => [number, at])), found: [] });
    }
  } catch {
    // Missing or invalid: ignored.
  }
  return known;
}
