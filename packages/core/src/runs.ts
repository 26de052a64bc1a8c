/** Reading runs: `@forge-ml/core/runs`, which loads no training code. */

export { resultsFolder } from './api/prepare/results-folder.js';
export type { Stats } from './backend/backend.js';
export { type ErrorCode, ForgeError, isForgeError, messageOf } from './errors/forge-error.js';
export { LastAndBest, lastAndBest, type MeasuredMetrics, type MeasuredValue } from './metrics/log/last-and-best.js';
export { readMetrics } from './metrics/log/read-metrics.js';
export { type DeclaredDirections, directionsOfRun } from './metrics/metric-address.js';
export type { Direction } from './metrics/metric-direction.js';
export type { MetricRecord } from './metrics/metric-sink.js';
export { listRunSummaries } from './run/catalog/list-runs.js';
export type { RunSummary, SummarisedRun } from './run/catalog/run-summary.js';
export type { RunFolder } from './run/folder/run-folder.js';
export { bestOfRun } from './run/record/best-of-run.js';
export { runSeconds } from './run/record/run-duration.js';
export type { RunRecord } from './run/record/run-record.js';
export { type ShownStatus, shownStatus } from './run/record/run-status.js';
