import { existsSync } from 'node:fs';
import { sep } from 'node:path';
import { isForgeError } from '../../errors/forge-error.js';
import type { RunFolder } from '../folder/run-folder.js';
import type { FieldValue } from '../query/query-fields.js';
import { bestOfRun } from '../record/best-of-run.js';
import { readSummary, runFileOf } from './read-summary.js';
import { type IndexName, RunIndex, type RunValues } from './run-index.js';
import { setBest, statusOf, type ValueMap, valuesOfAnnotations, valuesOfFlags, valuesOfRecord } from './run-values.js';

/** The values of a run that an expression, an order or a table needs. */
export interface QueriedRun extends RunValues {
  readonly folder: RunFolder;
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

/** Reads the values of runs, from the index where their files are unchanged. */
export class RunReader {
  private readonly indexes: ReadonlyMap<Source, RunIndex>;
  private readonly flags: RunIndex | undefined;
  private readonly annotations: RunIndex | undefined;
  private readonly records: RunIndex;
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
    this.records = this.indexes.get('run')!;
    this.flags = this.indexes.get('flags');
    this.annotations = this.indexes.get('annotations');
    this.withBest = kinds.some((key) => key.startsWith('best.'));
  }

  /** A run whose `run.json` is unchanged; else undefined. */
  indexed(folder: RunFolder): QueriedRun | undefined {
    const { experiment, number } = folder;
    if (!this.records.has(experiment, number)) return undefined;
    const found = this.records.find(experiment, number, statusOf(runFileOf(folder)), this.suffices);
    return found === undefined ? undefined : this.withOthers(folder, found);
  }

  private readonly suffices = (values: RunValues): boolean => !this.withBest || values.get(bestKnown) === true;

  /** Reads a run from its files; undefined if the folder is not a run. */
  async read(folder: RunFolder): Promise<QueriedRun | undefined> {
    const read = readSummary(folder);
    if (isForgeError(read)) {
      if (!looksLikeRun(folder.path)) return undefined;
      return new RunOfParts(
        folder,
        new Map<string, FieldValue>([
          ['status', 'damaged'],
          ['reason', read.message],
        ]),
      );
    }
    const { summary, file } = read;
    const values = valuesOfRecord(summary, folder.path);
    if (summary.best === undefined && this.withBest) setBest(values, await bestOrNone(folder.path, summary));
    for (const key of values.keys()) this.fresh.add(key);
    for (const [address, direction] of Object.entries(summary.directions)) values.set(directionKey(address), direction);
    if (summary.status !== 'running') {
      const known = summary.best !== undefined || this.withBest;
      this.records.add(folder.experiment, folder.number, file, new Map([...values, [bestKnown, known]]));
    }
    return this.withOthers(folder, values);
  }

  /** The keys of the values of all runs, of the files that are read. */
  keys(): ReadonlySet<string> {
    const keys = new Set(this.fresh);
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

  private withOthers(folder: RunFolder, record: RunValues): QueriedRun {
    const flags = this.flags && this.valuesIn(this.flags, folder, 'flags.json', valuesOfFlags);
    const annotations =
      this.annotations && this.valuesIn(this.annotations, folder, 'annotations.json', valuesOfAnnotations);
    return new RunOfParts(folder, record, flags, annotations);
  }

  private valuesIn(
    index: RunIndex,
    { path, experiment, number }: RunFolder,
    name: string,
    read: typeof valuesOfFlags,
  ): RunValues {
    if (index.has(experiment, number)) {
      const found = index.find(experiment, number, statusOf(`${path}${sep}${name}`));
      if (found !== undefined) return found;
    }
    const { values, file, valid } = read(path);
    for (const key of values.keys()) this.fresh.add(key);
    if (valid) index.add(experiment, number, file, values);
    return values;
  }
}

/** An invalid `metrics.jsonl` must not prevent listing the run. */
async function bestOrNone(folder: string, summary: Parameters<typeof bestOfRun>[1]): ReturnType<typeof bestOfRun> {
  return bestOfRun(folder, summary).catch(() => ({}));
}

/** A numbered folder that is not a run, or whose start failed, has neither. */
function looksLikeRun(path: string): boolean {
  return ['run.json', 'checkpoints'].some((name) => existsSync(`${path}${sep}${name}`));
}

/** A class, because thousands of closures need more memory. */
class RunOfParts implements QueriedRun {
  constructor(
    readonly folder: RunFolder,
    private readonly record: RunValues,
    private readonly flags?: RunValues,
    private readonly annotations?: RunValues,
  ) {}

  get(key: string): FieldValue | undefined {
    if (key === 'experiment') return this.folder.experiment;
    if (key === 'number') return this.folder.number;
    switch (sourceOf(key)) {
      case 'flags':
        return this.flags?.get(key);
      case 'annotations':
        return this.annotations?.get(key);
      case 'run':
        return this.record.get(key);
    }
  }
}

/** All values of a run, read from its files. */
export async function readValuesOf(folder: RunFolder): Promise<ReadonlyMap<string, FieldValue>> {
  const values: ValueMap = new Map<string, FieldValue>([
    ['experiment', folder.experiment],
    ['number', folder.number],
  ]);
  const add = (more: ReadonlyMap<string, FieldValue>) => {
    for (const [key, value] of more) values.set(key, value);
  };
  const read = readSummary(folder);
  if (isForgeError(read)) return values.set('status', 'damaged').set('reason', read.message);
  const { summary } = read;
  add(valuesOfRecord(summary, folder.path));
  if (summary.best === undefined) setBest(values, await bestOrNone(folder.path, summary));
  add(valuesOfFlags(folder.path).values);
  add(valuesOfAnnotations(folder.path).values);
  return values;
}
