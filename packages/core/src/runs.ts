/** Reading runs: `@forge-ml/core/runs`, which loads no training code. */

export { resultsFolder } from './api/prepare/results-folder.js';
export type { Stats } from './backend/backend.js';
export { type ErrorCode, ForgeError, isForgeError, messageOf } from './errors/forge-error.js';
export { listRunSummaries } from './run/catalog/list-runs.js';
export type { RunSummary, SummarisedRun } from './run/catalog/run-summary.js';
export type { RunFolder } from './run/folder/run-folder.js';
export { runSeconds } from './run/record/run-duration.js';
export type { RunRecord } from './run/record/run-record.js';
export { type ShownStatus, shownStatus } from './run/record/run-status.js';
