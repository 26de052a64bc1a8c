import { lstatSync } from 'node:fs';
import { isForgeError, readRunCurves } from '@forge-ml/core/runs';
import type { RunId } from '../../protocol/overview.js';
import type { Sparkline } from '../../protocol/sparklines.js';
import type { ShownRun, ShownRuns } from '../table/shown-runs.js';
import { inTurns } from './in-turns.js';

/** Of each interval the first, lowest, highest and last point: about 60 points of a curve. */
const intervals = 20;
const mostKept = 20_000;

/** Small curves, kept until the file of their metrics changes. */
export class Sparks {
  private readonly kept = new Map<string, { readonly stamp: string; readonly line: Sparkline | null }>();

  constructor(private readonly shown: ShownRuns) {}

  /** @returns in the order of the runs; null for one that is unknown or does not have the metric */
  read(ids: readonly RunId[], metric: string): Promise<(Sparkline | null)[]> {
    return inTurns(ids, async (id) => {
      try {
        return await this.line(this.shown.find(id), metric);
      } catch {
        return null;
      }
    });
  }

  private async line({ id, folder }: ShownRun, metric: string): Promise<Sparkline | null> {
    const status = lstatSync(`${folder.path}/metrics.jsonl`, { throwIfNoEntry: false });
    if (status === undefined) return null;
    const key = `${id}\0${metric}`;
    const stamp = `${status.ino}/${status.size}/${status.mtimeMs}`;
    const known = this.kept.get(key);
    if (known?.stamp === stamp) return known.line;
    const line = await readRunCurves(folder, [metric], { intervals }).then(
      ({ curves }) => pointsOf(curves[0]!.lines),
      (error: unknown) => {
        if (isForgeError(error) && error.code === 'METRIC_INVALID') return null;
        throw error;
      },
    );
    if (this.kept.size >= mostKept) this.kept.delete(this.kept.keys().next().value!);
    this.kept.set(key, { stamp, line });
    return line;
  }
}

function pointsOf(lines: readonly { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> }[]): Sparkline {
  return { x: lines.flatMap(({ x }) => Array.from(x)), y: lines.flatMap(({ y }) => Array.from(y)) };
}
