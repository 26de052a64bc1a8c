import { renameSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularFile } from '../../fs/read-regular-file.js';
import { isObject } from '../../json/json-file.js';
import type { RunFolder } from '../folder/run-folder.js';
import { addRun, copyRuns, type IndexedRuns, isIndexedRuns, isSameFile, noRuns } from './index-columns.js';
import type { RunSummary } from './run-summary.js';

const name = '.forge-index.json';
const formatVersion = 2;
const kind = { what: 'index of runs', code: 'RUN_INVALID', maxBytes: 256 * 1024 * 1024 } as const;
/** With fewer runs it would save nothing that anybody notices. */
const minRuns = 500;
/** A file that changed so lately may change again without its times telling: they are kept in ticks. */
const settled = 2_000;

/** The runs of an experiment, and where among them a number stands. */
interface Known {
  readonly runs: IndexedRuns;
  readonly placeOf: ReadonlyMap<number, number>;
  /** Where those stand that were found again. */
  readonly found: number[];
}

/**
 * Which runs of a results folder were read and found sound, and when they were begun, kept in `.forge-index.json`: to
 * find the newest of thousands again one need only ask whether each `run.json` is still the same file. It may be
 * deleted at any time; where it cannot be written, listing works without.
 */
export class RunIndex {
  private readonly added = new Map<string, IndexedRuns>();

  private constructor(
    private readonly results: string,
    private readonly known: ReadonlyMap<string, Known>,
  ) {}

  /** An index that cannot be understood is as good as none. */
  static open(results: string): RunIndex {
    return new RunIndex(results, readIndex(join(results, name)));
  }

  has({ experiment, number }: RunFolder): boolean {
    return this.known.get(experiment)?.placeOf.has(number) === true;
  }

  /** When a run was begun, if that was read from this very file. */
  find({ experiment, number }: RunFolder, file: Stats | undefined): string | undefined {
    const known = this.known.get(experiment);
    const at = known?.placeOf.get(number);
    if (known === undefined || at === undefined || file === undefined) return undefined;
    if (!isSameFile(known.runs, at, file)) return undefined;
    known.found.push(at);
    return known.runs.created[at];
  }

  /** Remembers what was read, unless it may change unseen: the run is at work, or its file has only just changed. */
  add({ experiment, number }: RunFolder, file: Stats, summary: RunSummary): void {
    if (summary.status === 'running' || Date.now() - Math.max(file.mtimeMs, file.ctimeMs) < settled) return;
    addRun(this.addedTo(experiment), number, file, summary.created);
  }

  /** Writes what was found and added since it was opened, where something was added. */
  save(): void {
    if (this.added.size === 0) return;
    for (const [experiment, { runs, found }] of this.known) copyRuns(runs, found, this.addedTo(experiment));
    const count = [...this.added.values()].reduce((sum, { number }) => sum + number.length, 0);
    if (count < minRuns) return;
    const path = join(this.results, name);
    const temporary = `${path}.writing-${process.pid}-${Math.random().toString(36).slice(2)}`;
    try {
      // Not fsynced: what a power cut leaves of it is not whole, or is checked against the files like any other.
      writeFileSync(temporary, JSON.stringify({ formatVersion, experiments: Object.fromEntries(this.added) }), {
        flag: 'wx',
      });
      renameSync(temporary, path);
    } catch {
      // A read-only or full results folder can be listed all the same.
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

function readIndex(path: string): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  try {
    // Nothing walks into it deeper than its format goes.
    const content: unknown = JSON.parse(readRegularFile(path, kind).text ?? '');
    if (!isObject(content) || content.formatVersion !== formatVersion || !isObject(content.experiments)) return known;
    for (const [experiment, runs] of Object.entries(content.experiments)) {
      if (!isIndexedRuns(runs)) continue;
      known.set(experiment, { runs, placeOf: new Map(runs.number.map((number, at) => [number, at])), found: [] });
    }
  } catch {
    // None, or nobody's.
  }
  return known;
}
