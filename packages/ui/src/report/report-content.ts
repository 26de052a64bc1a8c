import type { ComparisonView } from '../protocol/comparison.js';
import type { ReportContent, ReportedRun } from '../protocol/report-content.js';
import { comparisonView } from '../views/comparison-view.js';
import { importanceViews } from '../views/importance-view.js';
import type { ViewedRun } from '../views/viewed-run.js';
import { type BoundedView, boundedView } from './bounded-view.js';
import { compareChosenMetrics } from './chosen-metrics.js';
import { CodeTexts } from './code-texts.js';
import { limitsOfRun, most, pointsOfCurve, type ReportOptions } from './report-options.js';
import { reportedCodes } from './reported-codes.js';
import { reportedRun } from './reported-run.js';

/** Reads all that a report has of runs. Runs none of their code. The same runs give the same content. */
export async function reportContent(
  runs: readonly ViewedRun[],
  options: ReportOptions,
  version: string,
): Promise<ReportContent> {
  const limits = limitsOfRun(runs.length);
  const views: BoundedView[] = [];
  for (const run of runs) views.push(await boundedView(run, options, limits));
  const curves = views.reduce((sum, { view }) => sum + Math.min(view.metrics.length, limits.curves), 0);
  const codes = new CodeTexts();
  const reported: ReportedRun[] = [];
  for (const [at, run] of runs.entries()) {
    reported.push(await reportedRun(run, views[at]!, options, limits, pointsOfCurve(curves), codes));
  }
  const content = { version, runs: reported, codeTexts: codes.texts };
  if (runs.length === 1) return { ...content, comparison: null, importance: {}, codes: {}, codeDiffs: [] };
  const comparison = compareChosenMetrics(await comparisonView(runs), options.metrics, most.metricsOfRun);
  return {
    ...content,
    comparison,
    importance: await importances(runs, comparison),
    ...(options.code ? await reportedCodes(runs) : { codes: {}, codeDiffs: [] }),
  };
}

async function importances(
  runs: readonly ViewedRun[],
  { metrics }: ComparisonView,
): Promise<ReportContent['importance']> {
  const directed = metrics.flatMap(({ address, direction }) => (direction === null ? [] : [address]));
  const views = await importanceViews(runs, directed);
  return Object.fromEntries(views.map((view) => [view.metric, view]));
}
