import type { ComparisonView } from '../protocol/comparison.js';
import type { ReportContent, ReportedRun } from '../protocol/report-content.js';
import { codeDiffView } from '../views/code-diff-view.js';
import { comparisonView } from '../views/comparison-view.js';
import { importanceView } from '../views/importance-view.js';
import type { ViewedRun } from '../views/viewed-run.js';
import { most, type ReportOptions } from './report-options.js';
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
  if (runs.length === 1) return { version, runs: reported, comparison: null, importance: {}, codeDiffs: [] };
  const comparison = await comparisonView(runs);
  return {
    version,
    runs: reported,
    comparison,
    importance: await importances(runs, comparison),
    codeDiffs: options.code ? await codeDiffs(runs) : [],
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

/** Differences from the first run; of runs that store none there is nothing to show. */
async function codeDiffs([first, ...others]: readonly ViewedRun[]): Promise<ReportContent['codeDiffs']> {
  const diffs: ReportContent['codeDiffs'][number][] = [];
  let left: number = most.codeBytes;
  for (const other of others) {
    const diff = await codeDiffView(first!, other).catch(() => undefined);
    if (diff === undefined) continue;
    left -= diff.files.reduce((sum, file) => sum + file.diff.length, 0);
    if (left < 0) break;
    diffs.push({ a: first!.id, b: other.id, diff });
  }
  return diffs;
}
