import type { ComparisonView } from '../protocol/comparison.js';
import type { ReportContent, ReportedRun } from '../protocol/report-content.js';
import { comparisonView } from '../views/comparison-view.js';
import { importanceView } from '../views/importance-view.js';
import type { ViewedRun } from '../views/viewed-run.js';
import { compareChosenMetrics } from './chosen-metrics.js';
import { most, type ReportOptions } from './report-options.js';
import { reportedCodes } from './reported-codes.js';
import { reportedRun } from './reported-run.js';

/** Reads all that a report has of runs. Runs none of their code. The same runs give the same content. */
export async function reportContent(
  runs: readonly ViewedRun[],
  options: ReportOptions,
  version: string,
): Promise<ReportContent> {
  const curves = runs.length * (options.metrics?.length ?? 20);
  const points = Math.max(100, Math.min(most.pointsOfCurve, Math.floor(most.points / curves)));
  const reported: ReportedRun[] = [];
  for (const run of runs) reported.push(await reportedRun(run, options, points));
  if (runs.length === 1) return { version, runs: reported, comparison: null, importance: {}, codes: {}, codeDiffs: [] };
  const comparison = compareChosenMetrics(await comparisonView(runs), options.metrics);
  return {
    version,
    runs: reported,
    comparison,
    importance: await importances(runs, comparison),
    ...(options.code ? await reportedCodes(runs, comparison) : { codes: {}, codeDiffs: [] }),
  };
}

async function importances(
  runs: readonly ViewedRun[],
  { metrics }: ComparisonView,
): Promise<ReportContent['importance']> {
  const views: [string, ReportContent['importance'][string]][] = [];
  for (const { address, direction } of metrics) {
    if (direction !== null) views.push([address, await importanceView(runs, address)]);
  }
  return Object.fromEntries(views);
}
