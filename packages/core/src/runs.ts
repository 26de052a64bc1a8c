/**
 * Reading runs: `@forge-ml/core/runs`, which loads no training code. What a list of runs does not need is loaded when it
 * is called.
 */

import type { RunComparison } from './run/compare/compare-runs.js';
import type { RunDiff } from './run/compare/diff-runs.js';
import type { CopiedCode } from './run/export/copy-run-code.js';
import type { ExportedLines, MetricsExport } from './run/export/export-metrics.js';
import type { RunFolder } from './run/folder/run-folder.js';

export { resultsFolder } from './api/prepare/results-folder.js';
export type { Stats } from './backend/backend.js';
export { type ErrorCode, type ErrorPlace, ForgeError, isForgeError, messageOf } from './errors/forge-error.js';
export { openRegularFile } from './fs/open-regular-file.js';
export type { Curve, CurveAxis, CurveLine, CurvePoint, MetricValue } from './metrics/curves/curve.js';
export { isLearningRate } from './metrics/learning-rate.js';
export { LastAndBest, lastAndBest, type MeasuredMetrics, type MeasuredValue } from './metrics/log/last-and-best.js';
export { parseMetricLine } from './metrics/log/metric-line.js';
export { readMetrics } from './metrics/log/read-metrics.js';
export { type LineGroup, wholeLines } from './metrics/log/whole-lines.js';
export { type DeclaredDirections, directionsOfRun, parseMetricAddress } from './metrics/metric-address.js';
export { type Direction, directionOfName } from './metrics/metric-direction.js';
export type { MetricRecord } from './metrics/metric-sink.js';
export type { CurveView } from './metrics/series/curve-view.js';
export { type Catalog, openCatalog } from './run/catalog/catalog.js';
export { statusOf } from './run/catalog/field-values.js';
export { findRun } from './run/catalog/find-run.js';
export { type ReadRecord, readRecordSync } from './run/catalog/read-record.js';
export { type QueriedRun, type ReadRun, readRun } from './run/catalog/read-run.js';
export { type SelectedRuns, type SelectOptions, selectAmong, selectRuns } from './run/catalog/select-runs.js';
export { directionKey, stepKey, timeKey } from './run/catalog/value-keys.js';
export type { ComparedRow, RowGroup, RunComparison } from './run/compare/compare-runs.js';
export type { Fact, FactGroup } from './run/compare/compared.js';
export type { CodeDifference } from './run/compare/diff-code.js';
export type { Difference, RunDiff } from './run/compare/diff-runs.js';
export type { CurveOptions, RunCurves } from './run/curves/read-run-curves.js';
export type { CopiedCode } from './run/export/copy-run-code.js';
export { csvFlag, csvLine, csvText, csvValue } from './run/export/csv.js';
export type { ExportedLines, MetricsExport, MetricsFormat } from './run/export/export-metrics.js';
export { foldersInside } from './run/folder/folders-inside.js';
export { experimentNames, type RunFolder, runNumbers } from './run/folder/run-folder.js';
export type { FollowedRun, FollowOptions, RunProgress } from './run/follow/follow-run.js';
export { parseQuery } from './run/query/parse-query.js';
export { printQuery } from './run/query/print-query.js';
export { type FieldKind, type FieldValue, fixedFields } from './run/query/query-fields.js';
export { readAge } from './run/query/query-values.js';
export { type GroupBy, type GroupStatistics, groupRuns, statisticsOf } from './run/query/run-groups.js';
export { bestOfRun } from './run/record/best-of-run.js';
export { runSeconds } from './run/record/run-duration.js';
export type { RunRecord } from './run/record/run-record.js';
export { type ShownStatus, shownStatus } from './run/record/run-status.js';
export type { RunSeries } from './run/series/run-series.js';
export type {
  SeriesListener,
  SeriesMetric,
  SeriesRecord,
  SeriesUpdate,
} from './run/series/series-types.js';

/** See `diffRuns` in run/compare. */
export async function diffRuns(a: RunFolder, b: RunFolder): Promise<RunDiff> {
  return (await import('./run/compare/compare-runs.js')).diffRuns(a, b);
}

/** See `compareRuns` in run/compare. */
export async function compareRuns(folders: readonly RunFolder[]): Promise<RunComparison> {
  return (await import('./run/compare/compare-runs.js')).compareRuns(folders);
}

/** See `comparisonCsv` in run/export. */
export async function comparisonCsv(comparison: RunComparison): Promise<string> {
  return (await import('./run/export/comparison-csv.js')).comparisonCsv(comparison);
}

/** See `exportMetrics` in run/export. */
export async function* exportMetrics(
  folders: readonly RunFolder[],
  options: MetricsExport,
): AsyncGenerator<ExportedLines> {
  const { exportMetrics } = await import('./run/export/export-metrics.js');
  yield* exportMetrics(folders, options);
}

/** See `writeMetrics` in run/export. */
export async function writeMetrics(
  folders: readonly RunFolder[],
  out: string,
  options: MetricsExport & { readonly force: boolean },
): Promise<number> {
  return (await import('./run/export/write-metrics.js')).writeMetrics(folders, out, options);
}

/** See `copyRunCode` in run/export. */
export async function copyRunCode(folder: RunFolder, out: string, number?: number): Promise<CopiedCode> {
  return (await import('./run/export/copy-run-code.js')).copyRunCode(folder, out, number);
}

/** Reads curves of a run. Loaded when it is called: a list of runs needs no curves. */
export const readRunCurves: typeof import('./run/curves/read-run-curves.js').readRunCurves = async (...parameters) => {
  const { readRunCurves: read } = await import('./run/curves/read-run-curves.js');
  return read(...parameters);
};

/** Opens the metrics of a run for curves, see `openRunSeries` in run/series. Loaded when it is called. */
export const openRunSeries: typeof import('./run/series/open-run-series.js').openRunSeries = async (...parameters) => {
  const { openRunSeries: open } = await import('./run/series/open-run-series.js');
  return open(...parameters);
};

/** The folders of a run's checkpoints by their steps. Loaded when it is called. @param folder `checkpoints` of a run */
export const findCheckpoints: typeof import('./checkpoint/store/checkpoint-folders.js').findCheckpoints = async (
  folder,
) => {
  const { findCheckpoints: find } = await import('./checkpoint/store/checkpoint-folders.js');
  return find(folder);
};

/** Follows a run that trains. Loaded when it is called. @throws ForgeError METRIC_INVALID */
export async function followRun(
  ...parameters: ConstructorParameters<typeof import('./run/follow/follow-run.js').FollowedRun>
): Promise<import('./run/follow/follow-run.js').FollowedRun> {
  const { FollowedRun } = await import('./run/follow/follow-run.js');
  return new FollowedRun(...parameters);
}
