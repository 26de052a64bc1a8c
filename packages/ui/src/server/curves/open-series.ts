import { openRunSeries, type RunSeries } from '@forge-ml/core/runs';

/** Values of all open series: about 32 bytes each. */
const mostValues = 3_000_000;
/** Runs that are read at once: more would only wait for each other. */
export const seriesAtOnce = 4;

/** Metrics of runs that were asked for lately, in memory: a chart that zooms asks many times a second. */
export class OpenSeries {
  /** The least recently used first. */
  private readonly open = new Map<string, { readonly series: Promise<RunSeries>; values: number }>();
  private total = 0;

  /** The metrics of a run up to the end of its file now. @param run its folder. @throws ForgeError RUN_INVALID, FILE_SYSTEM */
  async get(run: string): Promise<RunSeries> {
    const known = this.open.get(run);
    this.open.delete(run);
    const entry = known ?? { series: openRunSeries(run), values: 0 };
    this.open.set(run, entry);
    try {
      const series = await entry.series;
      if (known !== undefined) await series.update();
      this.count(run, entry, series);
      return series;
    } catch (error) {
      // Read again when it is asked for.
      this.forget(run, entry);
      throw error;
    }
  }

  private count(run: string, entry: { values: number }, series: RunSeries): void {
    if (this.open.get(run) !== entry) return;
    const values = series.metrics().reduce((sum, { count }) => sum + count, 0);
    this.total += values - entry.values;
    entry.values = values;
    for (const [oldest, other] of this.open) {
      if (this.total <= mostValues || other === entry) break;
      this.forget(oldest, other);
    }
  }

  private forget(run: string, entry: { readonly values: number }): void {
    if (this.open.get(run) !== entry) return;
    this.open.delete(run);
    this.total -= entry.values;
  }
}
