import { join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { fsError } from '../../fs/fs-error.js';
import type { Curve, CurveLine, MetricValue } from '../../metrics/curves/curve.js';
import { StepsPerEpoch } from '../../metrics/curves/steps-per-epoch.js';
import { MetricTable } from '../../metrics/log/metric-table.js';
import { readMetricValues } from '../../metrics/log/read-values.js';
import { diagnosticSplits, directionsOfRun, nameOfMetric } from '../../metrics/metric-address.js';
import type { Direction } from '../../metrics/metric-direction.js';
import type { CurveView } from '../../metrics/series/curve-view.js';
import type { RunRecord } from '../record/run-record.js';
import { type FileState, type FileStatus, hasOnlyGrown, isUnchanged, sampleHash, statusOf } from './file-state.js';
import { MetricEntry } from './metric-entry.js';
import { readSeriesCache, saveSeriesCache, seriesCachePath, smallestCached } from './series-cache.js';
import type { SeriesFile } from './series-file.js';

/** A metric of a run, and how many values it has. */
export interface SeriesMetric {
  /** `valid.loss` */
  readonly metric: string;
  readonly split: string;
  readonly name: string;
  readonly count: number;
}

/** Values of a metric that were read since the last update. */
export interface NewValues extends Omit<SeriesMetric, 'count'> {
  /** The position of the first: how many values the metric had before. */
  readonly from: number;
  readonly values: readonly MetricValue[];
}

/** What an update has read. */
export interface SeriesUpdate {
  /** Whether the file was cut or replaced, as by a resume: everything was read again, and no values are listed. */
  readonly restarted: boolean;
  /** The bytes of the file that were read before and after: the ends of whole lines. */
  readonly from: number;
  readonly to: number;
  readonly added: readonly NewValues[];
}

/** Receives each value as it is read. */
export interface SeriesListener {
  read(metric: number, value: MetricValue): void;
  /** Called before everything is read again. */
  restart(): void;
}

/** What a curve needs to know of its run: `run.json` has it. */
export type SeriesRecord = Pick<RunRecord, 'created' | 'resumes' | 'directions'>;

/** Updates that are remembered. */
const mostUpdates = 1000;
/** Far more than any run logs: about 1.2 GB of memory. */
const mostValues = 64_000_000;

/**
 * The metrics of a run, for curves: reads `metrics.jsonl` once, then only what is new. Curves are exact on the pixels asked
 * for, in a time that hardly depends on the number of values. Writes nothing into the run.
 */
export class RunSeries {
  private state: FileState | undefined;
  private table = new MetricTable();
  private entries: MetricEntry[] = [];
  private epochs = new StepsPerEpoch();
  private values = 0;
  /** Whether what is in memory may not be what the file has. */
  private isStale = false;
  private readonly caches: boolean;
  /** What is in the cache. */
  private cache: SeriesFile | undefined;
  private triedToSave = 0;
  /** The last updates that read something: where they started, in bytes, and each metric's first position. */
  private updates: { readonly from: number; readonly added: readonly (readonly [metric: string, from: number])[] }[] =
    [];
  private turn: Promise<unknown> = Promise.resolve();

  /**
   * @param run its folder
   * @param only the metrics to read. Default: all
   */
  constructor(
    readonly run: string,
    private readonly only?: readonly { readonly split: string; readonly name: string }[],
    private readonly listener?: SeriesListener,
  ) {
    // Those that read some metrics only would cache a part.
    this.caches = only === undefined;
    this.reset();
  }

  private get path(): string {
    return join(this.run, 'metrics.jsonl');
  }

  /** The byte after the last whole line that was read. */
  get end(): number {
    return this.state?.end ?? 0;
  }

  /** When the file was last written, milliseconds since the Unix epoch; 0 if there is none. */
  get written(): number {
    return this.state?.mtimeMs ?? 0;
  }

  /** Undefined if epochs differ, and in the first one. */
  get stepsPerEpoch(): number | undefined {
    return this.epochs.value;
  }

  /** Whether the file has more metrics than the 10,000 that are read. */
  get isCut(): boolean {
    return this.table.isCut;
  }

  /** The metrics read, in the order of the file. */
  metrics(): SeriesMetric[] {
    const logged = this.entries.filter(({ count }) => count > 0);
    return logged.map(({ split, name, count }) => ({ metric: nameOfMetric({ split, name }), split, name, count }));
  }

  /**
   * How a part of a metric's curve looks.
   * @param metric `valid.loss`
   * @param direction of the metric. Default: as `run.json` says
   * @returns undefined if the run has not logged it
   * @throws ForgeError RUN_INVALID, FILE_SYSTEM
   */
  async curve(
    metric: string,
    record: SeriesRecord,
    view: CurveView,
    direction?: Direction,
  ): Promise<Curve | undefined> {
    const entry = await this.inTurn(() => this.loaded(metric));
    if (entry === undefined || entry.count === 0) return undefined;
    const { split, name } = entry;
    const of = { metric, split, name, direction: direction ?? directionsOfRun(record.directions)(split, name) };
    return entry.series.curve(of, view, {
      stepsPerEpoch: this.stepsPerEpoch,
      origin: Date.parse(record.created),
      resumed: record.resumes.map(({ time }) => Date.parse(time)),
    });
  }

  /**
   * The shape of a metric over its steps, for a small picture: the lines between gaps.
   * @param width in device pixels. Default: 60
   * @returns at most 4 points a pixel; none if the run has not logged the metric
   * @throws ForgeError RUN_INVALID, FILE_SYSTEM
   */
  async sparkline(metric: string, width = 60): Promise<readonly CurveLine[]> {
    const entry = await this.inTurn(() => this.loaded(metric));
    const view = { axis: 'step', log: { x: false, y: false }, smooth: 0, width } as const;
    const of = { metric, split: '', name: '', direction: undefined };
    return entry?.series.curve(of, view, { stepsPerEpoch: undefined, origin: 0, resumed: [] }).lines ?? [];
  }

  /** Reads the file, or nothing if there is none yet. @throws ForgeError RUN_INVALID, FILE_SYSTEM */
  async open(): Promise<void> {
    this.openCache();
    await this.read();
    this.reportAll();
  }

  /** Reads what is new; a last line that is not whole waits. @throws ForgeError RUN_INVALID, FILE_SYSTEM */
  update(): Promise<SeriesUpdate> {
    return this.inTurn(async () => {
      const from = this.end;
      const restarted = await this.read();
      if (restarted) {
        this.reportAll();
        this.updates = [];
        return { restarted, from: 0, to: this.end, added: [] };
      }
      const grown = this.entries.filter((entry) => entry.count > entry.reported);
      const added = grown.map((entry) => valuesFrom(entry, entry.reported, entry.count));
      this.reportAll();
      if (added.length > 0) this.updates.push({ from, added: added.map(({ metric, from }) => [metric, from]) });
      if (this.updates.length > mostUpdates) this.updates.shift();
      return { restarted, from, to: this.end, added };
    });
  }

  /**
   * The values read since an earlier update, as after a broken connection.
   * @param byte `to` of that update
   * @returns undefined if it is unknown: the file was cut since, or it is too long ago. Then curves must be asked for again
   * @throws ForgeError RUN_INVALID, FILE_SYSTEM
   */
  valuesSince(byte: number): Promise<readonly NewValues[] | undefined> {
    return this.inTurn(async () => {
      if (byte === this.end) return [];
      const first = this.updates.findIndex(({ from }) => from === byte);
      if (first < 0) return undefined;
      const starts = new Map<string, number>();
      for (const { added } of this.updates.slice(first)) {
        for (const [metric, from] of added) if (!starts.has(metric)) starts.set(metric, from);
      }
      const values: NewValues[] = [];
      for (const [metric, from] of starts) {
        const entry = this.find(metric);
        const whole = entry !== undefined && entry.dropped > from ? await this.loaded(metric) : entry;
        if (whole !== undefined) values.push(valuesFrom(whole, from, whole.reported));
      }
      return values;
    });
  }

  /** Frees the memory of values that can be read again. Asking for a curve reads them. */
  release(): void {
    for (const [at, entry] of this.entries.entries()) {
      // Only what is in the cache can be read without the others.
      const kept = this.cache === undefined ? entry.count : (this.cache.metrics[at]?.count ?? 0);
      if (kept > entry.dropped) entry.drop(kept);
    }
  }

  private reportAll(): void {
    for (const entry of this.entries) entry.reported = entry.count;
  }

  /** The entry of a metric, with all its values in memory. */
  private async loaded(metric: string): Promise<MetricEntry | undefined> {
    // Another process may have replaced the cache by one that has more.
    for (const withCache of [true, false]) {
      const entry = this.find(metric);
      if (entry === undefined || entry.dropped === 0 || this.restore(entry)) return entry;
      await this.readAgain(withCache);
    }
    return this.find(metric);
  }

  private find(metric: string): MetricEntry | undefined {
    return this.entries.find(({ split, name }) => nameOfMetric({ split, name }) === metric);
  }

  /** One after another: a page may ask for a curve while an update reads. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  /** Starts with the values of the cache, if it is of this file and the file has only grown since. */
  private openCache(): void {
    const path = this.caches ? seriesCachePath(this.path) : undefined;
    const cache = path === undefined ? undefined : readSeriesCache(path);
    const status = this.status();
    if (cache === undefined || status === undefined || !hasOnlyGrown(this.path, status, cache.file)) return;
    this.table = new MetricTable(undefined, undefined, cache.metrics);
    this.table.isCut = cache.isCut;
    this.entries = cache.metrics.map(({ split, name, count }) => {
      const entry = new MetricEntry(split, name);
      entry.drop(count);
      return entry;
    });
    this.epochs = new StepsPerEpoch(cache.epochs.above, cache.epochs.atMost);
    this.values = cache.metrics.reduce((sum, { count }) => sum + count, 0);
    this.state = cache.file;
    this.cache = cache;
  }

  /** Reads dropped values from the cache. @returns whether they were all there */
  private restore(entry: MetricEntry): boolean {
    const at = this.entries.indexOf(entry);
    if (this.cache?.metrics[at]?.count !== entry.dropped) return false;
    try {
      entry.restore(this.cache.columns(at));
      return true;
    } catch {
      this.cache = undefined;
      return false;
    }
  }

  /** Writes the cache, if reading what is not in it would take a notable time. */
  private async save(): Promise<void> {
    const { state } = this;
    const cached = Math.max(this.cache?.file.end ?? 0, this.triedToSave);
    if (!this.caches || state === undefined || state.end - cached < Math.max(smallestCached, cached / 4)) return;
    const path = seriesCachePath(this.path);
    if (path === undefined) return;
    this.triedToSave = state.end;
    const dropped = this.entries.filter((entry) => entry.dropped > 0);
    if (!dropped.every((entry) => this.restore(entry))) return;
    const metrics = this.entries.map(({ split, name, series }) => ({ split, name, columns: series.columns }));
    const stored = { file: state, epochs: this.epochs.bounds, isCut: this.isCut, metrics };
    if (await saveSeriesCache(path, stored)) {
      this.cache = readSeriesCache(path);
      for (const entry of dropped) entry.drop(entry.count);
    }
  }

  /** @returns whether everything was read again */
  private async read(): Promise<boolean> {
    const status = this.status();
    const before = this.state;
    if (status !== undefined && before !== undefined && !this.isStale && hasOnlyGrown(this.path, status, before)) {
      if (!isUnchanged(status, before)) await this.readFrom(before.end, status);
      return false;
    }
    const isFirst = before === undefined && !this.isStale;
    if (!isFirst) this.reset();
    if (status !== undefined) await this.readFrom(0, status);
    return !isFirst;
  }

  /** Reads values again that were dropped. What was reported stays so. */
  private async readAgain(withCache: boolean): Promise<void> {
    const reported = this.entries.map((entry) => entry.reported);
    this.reset();
    if (withCache) this.openCache();
    const status = this.status();
    if (status !== undefined) await this.readFrom(this.end, status);
    for (const [at, count] of reported.entries()) {
      const entry = this.entries[at];
      if (entry === undefined || entry.count < count) this.isStale = true;
      else entry.reported = count;
    }
  }

  private async readFrom(start: number, status: FileStatus): Promise<void> {
    // If it fails in between, the next update reads everything again.
    this.isStale = true;
    const end = await readMetricValues(this.path, this.table, this.receive, start);
    this.state = { ...status, end, hash: sampleHash(this.path, end) };
    this.isStale = false;
    await this.save();
  }

  private readonly receive = (metric: number, step: number, epoch: number, time: number, value: number) => {
    const { split, name } = this.table.metrics[metric]!;
    this.entries[metric] ??= new MetricEntry(split, name);
    const entry = this.entries[metric];
    if (++this.values > mostValues) throw tooMany(this.path);
    entry.series.append(step, epoch, time, value);
    // The epoch of a diagnostic value may be that of the next step.
    if (!diagnosticSplits.includes(split)) this.epochs.add(step, epoch);
    this.listener?.read(metric, { step, epoch, time, value });
  };

  private status(): FileStatus | undefined {
    try {
      return statusOf(this.path);
    } catch (error) {
      throw fsError(error, this.path, 'read');
    }
  }

  private reset(): void {
    this.table = new MetricTable(this.only);
    this.entries = this.table.metrics.map(({ split, name }) => new MetricEntry(split, name));
    this.epochs = new StepsPerEpoch();
    this.values = 0;
    this.state = undefined;
    this.cache = undefined;
    this.triedToSave = 0;
    this.isStale = false;
    this.listener?.restart();
  }
}

function valuesFrom({ split, name, series, dropped }: MetricEntry, from: number, to: number): NewValues {
  const values: MetricValue[] = [];
  for (let at = from; at < to; at++) values.push(series.columns.at(at - dropped));
  return { metric: nameOfMetric({ split, name }), split, name, from, values };
}

function tooMany(path: string): ForgeError {
  return new ForgeError('RUN_INVALID', `${path} has more than ${mostValues} values: too many for the memory.`, {
    about: path,
    hint: 'Read some of its metrics with readMetrics of @forge-ml/core/runs.',
  });
}
