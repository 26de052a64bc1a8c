import type { Stats } from 'node:fs';
import type { RunFolder } from '../folder/run-folder.js';
import type { FieldValue } from '../query/query-fields.js';
import { annotationsFileOf, statusOf } from './field-values.js';
import { haveSameAnnotations, isSameFile } from './file-columns.js';
import { FreshRuns } from './fresh-runs.js';
import type { Column } from './index-file.js';
import type { IndexedRuns } from './indexed-runs.js';
import type { Links } from './links.js';
import { recordFileOf } from './read-record.js';
import { type QueriedRun, type ReadLevel, readValues } from './read-run.js';
import { indexPath, readIndex, saveIndex } from './run-index.js';
import { isHidden, levelKey, ValueKeys } from './value-keys.js';

/** What will be asked about the runs. */
export interface Needs {
  readonly level: ReadLevel;
  /** Values of `annotations.json`. */
  readonly annotations: boolean;
  /** Whether files of runs may be symbolic links. Default: `follow`. */
  readonly links?: Links;
}

/** Reads the values of the runs of a results folder, from its index where their files are unchanged. */
export class RunReader {
  /** By experiment and number. */
  readonly runs: ListedRun[] = [];
  private readonly handles: [experiment: string, handles: number[]][] = [];
  private readonly path: string | undefined;
  private readonly values: Values;
  private readonly valueKeys = new ValueKeys();
  private readonly levels: Column | undefined;

  /** @param ignoreIndex whether the index is known to be invalid */
  constructor(
    results: string,
    private readonly needs: Needs,
    ignoreIndex: boolean,
  ) {
    this.path = indexPath(results);
    const known = this.path === undefined || ignoreIndex ? undefined : readIndex(this.path);
    this.values = { known, fresh: new FreshRuns() };
    this.levels = known?.load(levelKey);
  }

  /** Returns what reads a run of an experiment: at once if its files are unchanged. */
  reader(experiment: string, parent: string): (number: number, folder: string) => undefined | Promise<void> {
    const { runs, values } = this;
    const handles: number[] = [];
    this.handles.push([experiment, handles]);
    const place = { experiment, parent };
    const { level, links = 'follow' } = this.needs;
    const request = { values: values.fresh, keys: this.valueKeys, level, links };
    const add = (number: number, handle: number) => {
      handles.push(handle);
      runs.push(new ListedRun(values, place, number, handle));
    };
    return (number, path) => {
      const known = this.find(experiment, number, path);
      if (known !== undefined) return void add(number, known);
      const read = readValues({ path, experiment, number }, request);
      if (read === undefined) return undefined;
      if (read.later !== undefined) return read.later.then(() => add(number, -1 - values.fresh.add(number, read)));
      return void add(number, -1 - values.fresh.add(number, read));
    };
  }

  /** The keys of the fields of all runs, of the files that were read. */
  keys(): ReadonlySet<string> {
    const { known, fresh } = this.values;
    const keys = [...(known?.index.keys ?? []), ...fresh.columns.keys()];
    return new Set(keys.filter((key) => !isHidden(key)));
  }

  /** Makes values available. @throws InvalidIndex */
  load(keys: Iterable<string>): void {
    for (const key of keys) this.values.known?.load(key);
  }

  /** Writes the index, if enough runs were read. @throws InvalidIndex */
  save(): void {
    const { known, fresh } = this.values;
    if (this.path !== undefined) saveIndex(this.path, this.handles, known, fresh);
  }

  /** The position of a run in the index, if that has what is needed and the files are unchanged. */
  private find(experiment: string, number: number, folder: string): number | undefined {
    const { known } = this.values;
    const { level, annotations, links } = this.needs;
    const at = known?.find(experiment, number, statusOf(recordFileOf(folder), links));
    if (at === undefined || !((this.levels?.[at] as number) >= level)) return undefined;
    const isSame = !annotations || known!.hasSameAnnotations(at, statusOf(annotationsFileOf(folder), links));
    return isSame ? at : undefined;
  }
}

interface Values {
  readonly known: IndexedRuns | undefined;
  readonly fresh: FreshRuns;
}

/** A class, because thousands of closures need more memory. */
export class ListedRun implements QueriedRun {
  /** @param handle the position among the indexed runs, or `-1 - position` among the fresh ones */
  constructor(
    private readonly values: Values,
    private readonly place: { readonly experiment: string; readonly parent: string },
    private readonly number: number,
    private readonly handle: number,
  ) {}

  /** Whether the files that its values are from are unchanged. @param annotations undefined if there is no such file */
  isFrom(record: Stats | undefined, annotations: Stats | undefined): boolean {
    const { known, fresh } = this.values;
    const files = this.handle < 0 ? fresh.files : known!.index.files;
    const at = this.handle < 0 ? -1 - this.handle : this.handle;
    return isSameFile(files, at, record) && haveSameAnnotations(files, at, annotations);
  }

  get folder(): RunFolder {
    const { experiment, parent } = this.place;
    return { path: parent + this.number, experiment, number: this.number };
  }

  get(key: string): FieldValue | undefined {
    if (key === 'experiment') return this.place.experiment;
    if (key === 'number') return this.number;
    const { handle } = this;
    return handle < 0 ? this.values.fresh.valueAt(-1 - handle, key) : this.values.known!.valueAt(handle, key);
  }
}
