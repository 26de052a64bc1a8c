import { type CurvePoint, openRunSeries } from '@forge-ml/core/runs';
import type { EncodedPoints, ReportedCurve, ReportedRun } from '../protocol/report-content.js';
import type { RunMetric } from '../protocol/run-view.js';

/**
 * The curves of some metrics of a run, with its extremes.
 * @param points the most of a curve
 * @throws ForgeError RUN_INVALID, FILE_SYSTEM
 */
export async function reportedCurves(
  run: string,
  metrics: readonly RunMetric[],
  points: number,
): Promise<Pick<ReportedRun, 'curves' | 'stepsPerEpoch'>> {
  const series = await openRunSeries(run);
  const counts = new Map(series.metrics().map(({ metric, count }) => [metric, count]));
  const curves: ReportedCurve[] = [];
  for (const { address, split, name, direction } of metrics) {
    const values = counts.get(address);
    if (values === undefined) continue;
    const sample = await series.sample(address, points);
    curves.push({ metric: address, split, name, direction, values, shown: sample.length, points: encoded(sample) });
  }
  return { curves, stepsPerEpoch: series.stepsPerEpoch ?? null };
}

function encoded(points: readonly Omit<CurvePoint, 'x'>[]): EncodedPoints {
  const column = (name: keyof EncodedPoints) => base64(points.map((point) => point[name]));
  return { step: column('step'), epoch: column('epoch'), time: column('time'), value: column('value') };
}

function base64(numbers: readonly number[]): string {
  const bytes = new DataView(new ArrayBuffer(numbers.length * 8));
  for (const [at, number] of numbers.entries()) bytes.setFloat64(at * 8, number, true);
  return Buffer.from(bytes.buffer).toString('base64');
}
