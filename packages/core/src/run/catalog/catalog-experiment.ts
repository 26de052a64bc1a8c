import { type Stats, statSync } from 'node:fs';
import { foldersInside } from '../folder/folders-inside.js';
import { numbersIn } from '../folder/run-folder.js';
import type { QueriedRun } from './read-run.js';
import { isSettled } from './read-run.js';

/** A run of a catalog, with what says whether its values are still those of its files. */
export interface CatalogEntry {
  readonly run: QueriedRun;
  /** @param record the status of its `run.json` @param annotations of its `annotations.json`; undefined if there is none */
  isFrom(record: Stats | undefined, annotations: Stats | undefined): boolean;
  /** Whether a run that is recorded as running is shown with another status now: its process has died. */
  hasOtherStatus?(): boolean;
}

/** A folder whose entries are listed again only when they may have changed. */
export class ListedFolder {
  private listed: Stats | undefined;
  outside: readonly string[] = [];

  /** @param root the real path of the results folder */
  constructor(
    readonly path: string,
    private readonly root: string,
  ) {}

  /** The names of its folders, if they may have changed since the last call. @throws ForgeError FILE_SYSTEM */
  changedNames(): readonly string[] | undefined {
    const status = statSync(this.path, { throwIfNoEntry: false });
    const { listed } = this;
    if (listed !== undefined && status?.ino === listed.ino && status.mtimeMs === listed.mtimeMs) return undefined;
    const { names, outside } = foldersInside(this.path, this.root);
    // The time of a folder that changes again within a tick of the clock stays the same.
    this.listed = isSettled(status) ? status : undefined;
    this.outside = outside;
    return names;
  }
}

/** The runs of an experiment. */
export class CatalogExperiment {
  readonly folder: ListedFolder;
  readonly entries = new Map<number, CatalogEntry>();
  /** Folders that are not runs, or not yet, and when they were found first. */
  readonly waiting = new Map<number, number>();
  /** Runs that train. */
  readonly running = new Set<number>();

  constructor(
    readonly name: string,
    readonly parent: string,
    root: string,
  ) {
    this.folder = new ListedFolder(parent, root);
  }

  put(number: number, entry: CatalogEntry): void {
    this.waiting.delete(number);
    this.entries.set(number, entry);
    if (entry.run.get('status') === 'running') this.running.add(number);
    else this.running.delete(number);
  }

  remove(number: number): boolean {
    this.waiting.delete(number);
    this.running.delete(number);
    return this.entries.delete(number);
  }

  /** Finds new and removed folders. @returns the numbers of removed runs. @throws ForgeError FILE_SYSTEM */
  list(now: number): readonly number[] {
    const names = this.folder.changedNames();
    if (names === undefined) return [];
    const found = new Set(numbersIn(names));
    for (const number of found) {
      if (!this.entries.has(number) && !this.waiting.has(number)) this.waiting.set(number, now);
    }
    for (const number of this.waiting.keys()) if (!found.has(number)) this.waiting.delete(number);
    return [...this.entries.keys()].filter((number) => !found.has(number) && this.remove(number));
  }
}
