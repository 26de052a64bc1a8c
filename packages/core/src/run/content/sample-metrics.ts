import { isMissing } from '../../fs/fs-error.js';
import { StepsPerEpoch } from '../../metrics/curves/steps-per-epoch.js';
import { LastAndBest, type MeasuredMetrics } from '../../metrics/log/last-and-best.js';
import { parseMetricLine } from '../../metrics/log/metric-line.js';
import type { MetricRecord } from '../../metrics/metric-sink.js';
import { withFileInside } from './open-inside.js';

/** What the start and the end of a run's metrics show. */
export interface MetricsSample {
  /** The metrics that are in either. */
  readonly metrics: readonly { readonly split: string; readonly name: string }[];
  /** The last values of those that are at the end. */
  readonly last: MeasuredMetrics;
  /** The last record; null without any. */
  readonly end: { readonly step: number; readonly epoch: number } | null;
  readonly stepsPerEpoch: number | null;
}

/** Thousands of lines; read and parsed in 10 ms. */
const sampleBytes = 1 << 19;

/**
 * Reads the start and the end of a run's `metrics.jsonl`: nearly every metric is in one of them, and reading a million
 * lines takes seconds. Lines that are no records are skipped.
 * @throws ForgeError PATH_UNSAFE, FILE_SYSTEM
 */
export async function sampleMetrics(run: string): Promise<MetricsSample> {
  const epochs = new StepsPerEpoch();
  let end: MetricsSample['end'] = null;
  const [first, newest] = (await linesAtEnds(run)).map((lines) => {
    const tracked = new LastAndBest(() => undefined);
    for (const record of recordsOf(lines)) {
      tracked.add(record);
      epochs.add(record.step, record.epoch);
      if (end === null || record.step >= end.step) end = { step: record.step, epoch: record.epoch };
    }
    return tracked.last;
  }) as [MeasuredMetrics, MeasuredMetrics];
  return { metrics: namesIn([first, newest]), last: newest, end, stepsPerEpoch: epochs.value ?? null };
}

function recordsOf(lines: readonly string[]): MetricRecord[] {
  return lines.flatMap((line) => {
    try {
      return parseMetricLine(line, '', '');
    } catch {
      // Said by `forge runs verify`.
      return [];
    }
  });
}

function namesIn(all: readonly MeasuredMetrics[]): MetricsSample['metrics'] {
  const metrics = all.flatMap((splits) =>
    Object.entries(splits).flatMap(([split, values]) => Object.keys(values).map((name) => ({ split, name }))),
  );
  return [...new Map(metrics.map((metric) => [JSON.stringify(metric), metric])).values()];
}

/** The lines at the start, and those at the end; of a short file all of them are at its end. */
async function linesAtEnds(run: string): Promise<[start: string[], end: string[]]> {
  try {
    return await withFileInside(run, 'metrics.jsonl', async ({ status: { size }, read }) => {
      const linesIn = async (from: number, bytes: number) => {
        const lines = (await read(from, bytes)).toString('utf8').split('\n');
        return lines.slice(from === 0 ? 0 : 1, -1);
      };
      if (size <= 2 * sampleBytes) return [[], await linesIn(0, size)];
      return [await linesIn(0, sampleBytes), await linesIn(size - sampleBytes, sampleBytes)];
    });
  } catch (error) {
    if (isMissing(error)) return [[], []];
    throw error;
  }
}
