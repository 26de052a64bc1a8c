import type { RunId } from '../../protocol/overview.js';
import type { Sparkline } from '../../protocol/sparklines.js';
import { inBatches } from '../../views/in-batches.js';
import type { ShownRun, ShownRuns } from '../table/shown-runs.js';
import { type OpenSeries, seriesAtOnce } from './open-series.js';
import { metricsStamp } from './own-metrics.js';

/** Of each pixel the first, lowest, highest and last point: about 60 points of a curve. */
const width = 20;
const mostKept = 20_000;

/** Small curves, kept until the file of their metrics changes. */
export class Sparks {
  private readonly kept = new Map<string, { readonly stamp: string; readonly line: Sparkline | null }>();

  constructor(
    private readonly shown: ShownRuns,
    private readonly open: OpenSeries,
  ) {}

  /** @returns in the order of the runs; null for one that cannot be read, or does not have the metric */
  read(ids: readonly RunId[], metric: string): Promise<(Sparkline | null)[]> {
    const readOne = async (id: RunId) => {
      try {
        return await this.line(this.shown.find(id), metric);
      } catch {
        return null;
      }
    };
    return inBatches(ids, readOne, seriesAtOnce);
  }

  private async line({ id, folder }: ShownRun, metric: string): Promise<Sparkline | null> {
    const stamp = metricsStamp(folder.path);
    const key = `${id}\0${metric}`;
    const known = this.kept.get(key);
    if (known?.stamp === stamp) return known.line;
    const lines = await (await this.open.get(folder.path)).sparkline(metric, width);
    const line = lines.length === 0 ? null : pointsOf(lines);
    if (this.kept.size >= mostKept) this.kept.delete(this.kept.keys().next().value!);
    this.kept.set(key, { stamp, line });
    return line;
  }
}

function pointsOf(lines: readonly { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> }[]): Sparkline {
  return { x: lines.flatMap(({ x }) => Array.from(x)), y: lines.flatMap(({ y }) => Array.from(y)) };
}
