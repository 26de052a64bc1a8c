import { realpathSync, type Stats } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { isInside } from '../folder/folders-inside.js';
import type { RunFolder } from '../folder/run-folder.js';
import { shownStatus } from '../record/run-status.js';
import { type CatalogEntry, CatalogExperiment, ListedFolder } from './catalog-experiment.js';
import { annotationsFileOf, statusOf } from './field-values.js';
import { InvalidIndex } from './indexed-runs.js';
import { recordFileOf } from './read-record.js';
import { type QueriedRun, readLevel, readWholeRun } from './read-run.js';
import { type ListedRun, RunReader } from './run-reader.js';
import { allKeys } from './select-runs.js';
import { ValueKeys } from './value-keys.js';
import { pauses } from './visit-runs.js';

/** In this time every run is checked once, ms, while the catalog is refreshed. Runs that train are checked each time. */
const sweepMs = 20_000;
/** Most other runs that one refresh checks. */
const mostChecked = 1_000;
/** How long a new folder is checked at each refresh, ms: a run that starts writes its files one after another. */
const newFor = 60_000;

/**
 * The runs of a results folder, kept in memory for a program that shows them for hours. Values of unchanged runs come from
 * the index. Links out of the folder are not followed. Writes nothing into the folder.
 */
export class Catalog {
  /** Changes whenever a run does. */
  version = 1;
  private readonly experiments = new Map<string, CatalogExperiment>();
  private readonly root: string;
  private readonly folder: ListedFolder;
  private readonly valueKeys = new ValueKeys();
  private readonly knownKeys = new Set<string>();
  private flat: readonly QueriedRun[] | undefined;
  private refreshing: Promise<readonly RunFolder[]> | undefined;
  private refreshed = performance.now();
  /** Where the sweep over all runs is. */
  private swept = 0;

  /** Use `openCatalog`. */
  constructor(readonly results: string) {
    this.root = realRoot(results);
    this.folder = new ListedFolder(results, this.root);
  }

  /** By experiment and number. */
  get runs(): readonly QueriedRun[] {
    this.flat ??= [...this.experiments.keys()].sort().flatMap((name) => {
      const { entries } = this.experiments.get(name)!;
      return [...entries].sort(([a], [b]) => a - b).map(([, { run }]) => run);
    });
    return this.flat;
  }

  /** The keys of the fields that any run has or had. */
  get keys(): ReadonlySet<string> {
    return this.knownKeys;
  }

  /** Links that lead out of the results folder, by their paths: what they lead to is not shown. */
  get outside(): readonly string[] {
    const folders = [this.folder, ...[...this.experiments.values()].map(({ folder }) => folder)];
    return folders.flatMap(({ path, outside }) => outside.map((name) => join(path, name)));
  }

  /** A run as it was read, whatever has become of its folder. */
  peek(experiment: string, number: number): QueriedRun | undefined {
    return this.experiments.get(experiment)?.entries.get(number)?.run;
  }

  /** A run, if its folder is in the results folder still, and not a link that leads elsewhere. */
  find(experiment: string, number: number): QueriedRun | undefined {
    const run = this.peek(experiment, number);
    return run !== undefined && isInside(run.folder.path, this.root) ? run : undefined;
  }

  /** Reads all runs. @throws ForgeError FILE_SYSTEM */
  async open(): Promise<void> {
    try {
      await this.readAll(false);
    } catch (error) {
      if (!(error instanceof InvalidIndex)) throw error;
      await this.readAll(true);
    }
  }

  /**
   * Finds new, changed and removed runs. Costs little: runs that train and new folders are checked each time, all others
   * one part after another.
   * @returns the runs that changed
   * @throws ForgeError FILE_SYSTEM when the results folder cannot be listed
   */
  refresh(): Promise<readonly RunFolder[]> {
    this.refreshing ??= this.check().finally(() => {
      this.refreshing = undefined;
    });
    return this.refreshing;
  }

  /** Reads one run again. @returns whether it changed */
  async reread(experiment: string, number: number): Promise<boolean> {
    const known = this.experiments.get(experiment);
    return known !== undefined && this.changed(await this.checkRun(known, number, true));
  }

  private async readAll(ignoreIndex: boolean): Promise<void> {
    const needs = { level: readLevel.whole, annotations: true, links: 'refuse' } as const;
    const reader = new RunReader(this.results, needs, ignoreIndex);
    const pause = pauses();
    this.experiments.clear();
    for (const name of this.listExperiments().toSorted()) {
      const experiment = this.experiment(name);
      listSafely(experiment);
      const visit = reader.reader(name, experiment.parent);
      for (const number of [...experiment.waiting.keys()]) {
        const before = reader.runs.length;
        const visited = visit(number, experiment.parent + number);
        if (visited !== undefined) await visited;
        const run = reader.runs[before];
        if (run !== undefined) experiment.put(number, new ListedEntry(run));
        const paused = pause();
        if (paused !== undefined) await paused;
      }
    }
    const keys = reader.keys();
    reader.load(allKeys(keys));
    reader.save();
    for (const key of keys) this.knownKeys.add(key);
    this.flat = undefined;
  }

  private listExperiments(): string[] {
    return (this.folder.changedNames() ?? [...this.experiments.keys()]).filter((name) => !name.startsWith('.'));
  }

  private experiment(name: string): CatalogExperiment {
    const parent = join(this.results, name) + sep;
    const experiment = this.experiments.get(name) ?? new CatalogExperiment(name, parent, this.root);
    this.experiments.set(name, experiment);
    return experiment;
  }

  private async check(): Promise<readonly RunFolder[]> {
    const changed: RunFolder[] = [];
    const names = new Set(this.listExperiments());
    for (const [name, { entries, parent }] of this.experiments) {
      if (names.has(name)) continue;
      this.experiments.delete(name);
      for (const number of entries.keys()) changed.push({ path: parent + number, experiment: name, number });
    }
    const pause = pauses();
    const now = performance.now();
    for (const name of names) {
      const experiment = this.experiment(name);
      const { parent } = experiment;
      for (const number of listSafely(experiment)) changed.push({ path: parent + number, experiment: name, number });
      const young = [...experiment.waiting].filter(([, since]) => now - since < newFor).map(([number]) => number);
      for (const number of [...young, ...experiment.running]) {
        if (await this.checkRun(experiment, number)) changed.push({ path: parent + number, experiment: name, number });
        await pause();
      }
    }
    changed.push(...(await this.sweep(now)));
    this.changed(changed.length > 0);
    return changed;
  }

  /** Checks the next runs of all. */
  private async sweep(now: number): Promise<RunFolder[]> {
    const changed: RunFolder[] = [];
    const sizes = [...this.experiments.values()].map((experiment) => ({
      experiment,
      numbers: [...experiment.entries.keys(), ...experiment.waiting.keys()],
    }));
    const total = sizes.reduce((sum, { numbers }) => sum + numbers.length, 0);
    const count = Math.min(total, mostChecked, Math.ceil((total * (now - this.refreshed)) / sweepMs));
    this.refreshed = now;
    const pause = pauses();
    let first = this.swept % Math.max(1, total);
    this.swept = first + count;
    let left = count;
    for (const { experiment, numbers } of [...sizes, ...sizes]) {
      const part = numbers.slice(first, first + left);
      first = Math.max(0, first - numbers.length);
      left -= part.length;
      for (const number of part) {
        const folder = { path: experiment.parent + number, experiment: experiment.name, number };
        if (await this.checkRun(experiment, number)) changed.push(folder);
        await pause();
      }
      if (left === 0) break;
    }
    return changed;
  }

  /** @returns whether the run has changed */
  private async checkRun(experiment: CatalogExperiment, number: number, always = false): Promise<boolean> {
    const path = experiment.parent + number;
    const before = experiment.entries.get(number);
    const files = [statusOf(recordFileOf(path), 'refuse'), statusOf(annotationsFileOf(path), 'refuse')] as const;
    if (!always && before?.isFrom(...files) && before.hasOtherStatus?.() !== true) return false;
    const after = await this.read({ path, experiment: experiment.name, number });
    // A folder that is no run any more is removed when its experiment is listed, or was not a run from the start.
    if (after === undefined) return before !== undefined && experiment.remove(number);
    experiment.put(number, after);
    for (const key of after.keys) this.knownKeys.add(key);
    if (before !== undefined && this.isSame(before.run, after.run)) {
      this.flat = undefined;
      return false;
    }
    return true;
  }

  private async read(folder: RunFolder): Promise<(CatalogEntry & { readonly keys: readonly string[] }) | undefined> {
    const { run, files } = await readWholeRun(folder, this.valueKeys, 'refuse');
    if (files === undefined) return undefined;
    const { running } = files;
    const record = running?.file ?? files.record;
    const status = run.get('status');
    return {
      run,
      keys: run.keys,
      isFrom: (file, annotations) => isSame(record, file) && isSame(files.annotations ?? undefined, annotations, true),
      ...(running === undefined ? {} : { hasOtherStatus: () => shownStatus(running, folder.path) !== status }),
    };
  }

  /** Whether two readings of a run have equal values. The duration of a run that trains grows by itself. */
  private isSame(before: QueriedRun, after: QueriedRun): boolean {
    for (const key of this.knownKeys) {
      const [a, b] = [before.get(key), after.get(key)];
      if (Object.is(a, b) || (key === 'duration' && after.get('status') === 'running')) continue;
      if (!Array.isArray(a) || !Array.isArray(b) || a.join('\0') !== b.join('\0')) return false;
    }
    return true;
  }

  private changed(hasChanged: boolean): boolean {
    if (hasChanged) {
      this.version++;
      this.flat = undefined;
    }
    return hasChanged;
  }
}

/** A class, because thousands of closures need more memory. */
class ListedEntry implements CatalogEntry {
  constructor(readonly run: ListedRun) {}

  isFrom(record: Stats | undefined, annotations: Stats | undefined): boolean {
    return this.run.isFrom(record, annotations);
  }
}

type File = { readonly ino: number; readonly size: number; readonly ctimeMs: number };

function isSame(before: File | undefined, now: File | undefined, canBeMissing = false): boolean {
  if (before === undefined || now === undefined) return canBeMissing && before === now;
  return before.ino === now.ino && before.size === now.size && before.ctimeMs === now.ctimeMs;
}

/** An experiment that cannot be listed must not prevent showing the others: it has no runs, or those that it had. */
function listSafely(experiment: CatalogExperiment): readonly number[] {
  try {
    return experiment.list(performance.now());
  } catch {
    return [];
  }
}

/** A results folder that is missing has no runs yet; it may be made in a folder that is a link. */
function realRoot(results: string): string {
  try {
    return realpathSync(results);
  } catch {
    const parent = dirname(results);
    return parent === results ? results : join(realRoot(parent), basename(results));
  }
}

/** See `Catalog`. @throws ForgeError FILE_SYSTEM */
export async function openCatalog(results: string): Promise<Catalog> {
  const catalog = new Catalog(results);
  await catalog.open();
  return catalog;
}
