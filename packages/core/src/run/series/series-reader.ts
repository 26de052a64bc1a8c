import { join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { fsError } from '../../fs/fs-error.js';
import { StepsPerEpoch } from '../../metrics/curves/steps-per-epoch.js';
import { MetricTable } from '../../metrics/log/metric-table.js';
import { readMetricValues } from '../../metrics/log/read-values.js';
import { diagnosticSplits } from '../../metrics/metric-address.js';
import { type FileState, type FileStatus, hasOnlyGrown, isUnchanged, sampleHash, statusOf } from './file-state.js';
import { MetricEntry } from './metric-entry.js';
import { readSeriesCache, saveSeriesCache, seriesCachePath, smallestCached } from './series-cache.js';
import type { SeriesFile } from './series-file.js';
import type { SeriesListener } from './series-types.js';

/** Far more than any run logs: about 1.2 GB of memory. */
const mostValues = 64_000_000;

/** Reads the metrics of a file, and what is new in it; keeps a cache. Its calls must not overlap. */
export class SeriesReader {
  readonly path: string;
  entries: MetricEntry[] = [];
  epochs = new StepsPerEpoch();
  state: FileState | undefined;
  table = new MetricTable();
  private values = 0;
  /** Whether what is in memory may not be what the file has. */
  private isStale = false;
  private readonly caches: boolean;
  /** What is in the cache. */
  private cache: SeriesFile | undefined;
  private triedToSave = 0;

  /** See `RunSeries`. */
  constructor(
    run: string,
    private readonly only?: readonly { readonly split: string; readonly name: string }[],
    private readonly listener?: SeriesListener,
  ) {
    this.path = join(run, 'metrics.jsonl');
    // Those that read some metrics only would cache a part.
    this.caches = only === undefined;
    this.reset();
  }

  /** The byte after the last whole line that was read. */
  get end(): number {
    return this.state?.end ?? 0;
  }

  find(metric: string): MetricEntry | undefined {
    return this.entries.find((entry) => entry.metric === metric);
  }

  /** The entry of a metric, with all its values in memory. */
  async loaded(metric: string): Promise<MetricEntry | undefined> {
    // Another process may have replaced the cache by one that has more.
    for (const withCache of [true, false]) {
      const entry = this.find(metric);
      if (entry === undefined || entry.dropped === 0 || this.restore(entry)) return entry;
      await this.readAgain(withCache);
    }
    return this.find(metric);
  }

  /** @returns whether everything was read again */
  async read(): Promise<boolean> {
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

  /** Frees the memory of values that can be read again. */
  release(): void {
    for (const [at, entry] of this.entries.entries()) {
      // Only what is in the cache can be read without the others.
      const kept = this.cache === undefined ? entry.count : (this.cache.metrics[at]?.count ?? 0);
      if (kept > entry.dropped) entry.drop(kept);
    }
  }

  /** Starts with the values of the cache, if it is of this file and the file has only grown since. */
  openCache(): void {
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
    const stored = { file: state, epochs: this.epochs.bounds, isCut: this.table.isCut, metrics };
    if (await saveSeriesCache(path, stored)) {
      this.cache = readSeriesCache(path);
      for (const entry of dropped) entry.drop(entry.count);
    }
  }

  /** Reads values again that were dropped. If some are gone, the next update reads everything again. */
  private async readAgain(withCache: boolean): Promise<void> {
    const counts = this.entries.map(({ count }) => count);
    this.reset();
    if (withCache) this.openCache();
    const status = this.status();
    if (status !== undefined) await this.readFrom(this.end, status);
    if (counts.some((count, at) => (this.entries[at]?.count ?? -1) < count)) this.isStale = true;
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

function tooMany(path: string): ForgeError {
  return new ForgeError('RUN_INVALID', `${path} has more than ${mostValues} values: too many for the memory.`, {
    about: path,
    hint: 'Read some of its metrics with readMetrics of @forge-ml/core/runs.',
  });
}
