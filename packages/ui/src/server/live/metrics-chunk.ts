import { type MetricRecord, parseMetricLine, wholeLines } from '@forge-ml/core/runs';
import type { LivePoints, MetricsEvent } from '../../protocol/live.js';
import type { RunId } from '../../protocol/overview.js';
import { eventBytes } from './event-text.js';

/** About as much of a file is sent at once: a page that is far behind gets it piece by piece. */
const most = 256 * 1024;

export interface Chunk {
  readonly event: Buffer;
  /** The byte after it. */
  readonly end: number;
}

/**
 * The next lines of a `metrics.jsonl`, as an event.
 * @returns undefined without a whole line: the last one is still being written
 * @throws ForgeError RUN_INVALID, FILE_SYSTEM
 */
export async function metricsChunk(run: RunId, path: string, from: number): Promise<Chunk | undefined> {
  const points: Record<string, Columns> = Object.create(null);
  let end = from;
  for await (const group of wholeLines(path, from)) {
    for (const line of group.lines) addLine(points, line);
    end = group.end;
    if (end - from >= most) break;
  }
  if (end === from) return undefined;
  return { event: eventBytes('metrics', { run, from, to: end, points } satisfies MetricsEvent), end };
}

type Columns = { -readonly [K in keyof LivePoints]: number[] };

/** A line that is no record is skipped: the answer for the curves names it. */
function addLine(points: Record<string, Columns>, line: string): void {
  const record = parsed(line);
  if (record === undefined) return;
  const { step, epoch, time, split, values } = record;
  for (const [name, value] of Object.entries(values)) {
    points[`${split}.${name}`] ??= { step: [], epoch: [], time: [], value: [] };
    const columns = points[`${split}.${name}`]!;
    columns.step.push(step);
    columns.epoch.push(epoch);
    columns.time.push(time);
    columns.value.push(value);
  }
}

function parsed(line: string): MetricRecord | undefined {
  try {
    return parseMetricLine(line, '', '');
  } catch {
    return undefined;
  }
}
