import { existsSync, type Stats } from 'node:fs';
import { sep } from 'node:path';
import { isForgeError } from '../../errors/forge-error.js';
import type { RunFolder } from '../folder/run-folder.js';
import type { FieldValue } from '../query/query-fields.js';
import { setBest, statusOf, valuesOfAnnotations, valuesOfFlags, valuesOfRecord } from './field-values.js';
import { FileValues } from './file-values.js';
import { bestOrNone } from './read-run.js';
import { readSummary } from './read-summary.js';
import { type IndexName, RunIndex } from './run-index.js';
import { LazyFolder } from './visit-runs.js';

/** The values of a run that an expression, an order or a table needs. */
export interface QueriedRun {
  readonly folder: RunFolder;
  /** The value of a field by its key: `flags.hidden`. Undefined if it is missing, or was not asked for. */
  get(key: string): FieldValue | undefined;
}

type Source = Exclude<IndexName, 'list'>;

const annotationKeys = ['tag', 'name', 'note'];

/** Where the recorded direction of a metric is, by its address: not a field of its own. */
export function directionKey(address: string): string {
  return `#direction.${address}`;
}

/** In the index, whether the best values of a run are known: those of older versions are computed where needed. */
const bestKnown = '#best';

/** The file that has a value. */
function sourceOf(key: string): Source {
  let source = sources.get(key);
  if (source === undefined) {
    source = key.startsWith('flags.') ? 'flags' : annotationKeys.includes(key) ? 'annotations' : 'run';
    sources.set(key, source);
  }
  return source;
}

/** Of the keys that were asked for: this is asked thousands of times for each. */
const sources = new Map<string, Source>();

/** The files of the runs of an experiment; undefined if no value of a file is needed. */
interface Parts {
  readonly record: FileValues;
  readonly flags: FileValues | undefined;
  readonly annotations: FileValues | undefined;
}

/** Reads the values of runs, from the index where their files are unchanged. */
export class RunReader {
  private readonly indexes: ReadonlyMap<Source, RunIndex>;
  private readonly withBest: boolean;
  /** Keys of values that were read from files. */
  private readonly fresh = new Set<string>();

  /**
   * @param kinds any key of each kind that is needed: `flags.hidden` stands for all flags
   * @param fresh whether to ignore the index
   */
  constructor(results: string, kinds: readonly string[], fresh: boolean) {
    const sources = new Set<Source>(['run', ...kinds.map(sourceOf)]);
    const open = (name: Source) => RunIndex.open(results, name, { fresh, load: name === 'run' ? [bestKnown] : [] });
    this.indexes = new Map([...sources].map((name) => [name, open(name)]));
    this.withBest = kinds.some((key) => key.startsWith('best.'));
  }

  /** Returns what reads a run of an experiment and adds it to `runs`: at once if its files are unchanged. */
  reader(experiment: string, runs: QueriedRun[]): (number: number, path: string) => undefined | Promise<void> {
    const part = (name: Source) => {
      const index = this.indexes.get(name);
      return index === undefined ? undefined : new FileValues(experiment, index, this.fresh);
    };
    const parts = { record: part('run')!, flags: part('flags'), annotations: part('annotations') };
    const { record, flags, annotations } = parts;
    const required = this.withBest ? bestKnown : undefined;
    const add = (number: number, path: string, handle: number, file: Stats | undefined) => {
      const inFlags = flags === undefined ? 0 : flagsIn(flags, number, path, file);
      const inAnnotations = annotations === undefined ? 0 : annotationsIn(annotations, number, path);
      runs.push(new PartedRun(experiment, number, path, parts, handle, inFlags, inAnnotations));
    };
    return (number, path) => {
      const file = statusOf(`${path}${sep}run.json`);
      const handle = record.find(number, file, required);
      if (handle !== undefined) return void add(number, path, handle, file);
      return this.read(record, { experiment, number, path }).then((read) => {
        if (read !== undefined) add(number, path, read.handle, read.file);
      });
    };
  }

  /** The keys of the values of all runs, of the files that are read. */
  keys(): ReadonlySet<string> {
    const keys = new Set([...this.fresh].filter((key) => !key.startsWith('#')));
    for (const index of this.indexes.values()) for (const key of index.keys()) keys.add(key);
    return keys;
  }

  /** Makes values available. @throws InvalidIndex */
  load(keys: Iterable<string>): void {
    for (const key of keys) this.indexes.get(sourceOf(key))?.load([key]);
  }

  save(): void {
    for (const index of this.indexes.values()) index.save();
  }

  /**
   * Reads a run's `run.json`; undefined if the folder is not a run.
   * @returns its handle, and the file if the run may be indexed
   */
  private async read(
    record: FileValues,
    folder: RunFolder,
  ): Promise<{ handle: number; file: Stats | undefined } | undefined> {
    const read = readSummary(folder);
    if (isForgeError(read)) {
      if (!looksLikeRun(folder.path)) return undefined;
      const values = new Map([
        ['status', 'damaged'],
        ['reason', read.message],
      ]);
      return { handle: record.use(values), file: undefined };
    }
    const { summary, file } = read;
    const values = valuesOfRecord(summary, folder.path);
    if (summary.best === undefined && this.withBest) setBest(values, await bestOrNone(folder.path, summary));
    for (const [address, direction] of Object.entries(summary.directions)) values.set(directionKey(address), direction);
    values.set(bestKnown, summary.best !== undefined || this.withBest);
    if (summary.status === 'running') return { handle: record.use(values), file: undefined };
    return { handle: record.add(folder.number, file, values), file };
  }
}

/**
 * The flags of a run. They are indexed with the status of its `run.json`: Forge writes `flags.json` only at the start and
 * at a resume, which rewrites `run.json` too. Half the time of a query would go into checking both files.
 * @param file undefined if the run must not be indexed
 */
function flagsIn(flags: FileValues, number: number, path: string, file: Stats | undefined): number {
  const found = file === undefined ? undefined : flags.find(number, file);
  if (found !== undefined) return found;
  const { values, valid } = valuesOfFlags(path);
  return valid && file !== undefined ? flags.add(number, file, values) : flags.use(values);
}

function annotationsIn(annotations: FileValues, number: number, path: string): number {
  const found = annotations.find(number, statusOf(`${path}${sep}annotations.json`));
  if (found !== undefined) return found;
  const { values, file, valid } = valuesOfAnnotations(path);
  return valid ? annotations.add(number, file, values) : annotations.use(values);
}

/** A numbered folder that is not a run, or whose start failed, has neither. */
function looksLikeRun(path: string): boolean {
  return ['run.json', 'checkpoints'].some((name) => existsSync(`${path}${sep}${name}`));
}

/** A class, because thousands of closures need more memory. */
class PartedRun extends LazyFolder implements QueriedRun {
  constructor(
    experiment: string,
    number: number,
    path: string,
    private readonly parts: Parts,
    private readonly record: number,
    private readonly flags: number,
    private readonly annotations: number,
  ) {
    super(experiment, number, path);
  }

  get(key: string): FieldValue | undefined {
    switch (sourceOf(key)) {
      case 'flags':
        return this.parts.flags?.get(this.flags, key);
      case 'annotations':
        return this.parts.annotations?.get(this.annotations, key);
      case 'run':
        if (key === 'experiment' || key === 'number') return this[key];
        return this.parts.record.get(this.record, key);
    }
  }
}
