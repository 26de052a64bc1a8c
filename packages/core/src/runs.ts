/** Looking at runs: `@forge-ml/core/runs`, which loads nothing of what trains them. */

export type { Stats } from './backend/backend.js';
export { type ErrorCode, ForgeError, isForgeError, messageOf } from './errors/forge-error.js';
export { resultsFolder } from './forge/results-folder.js';
export { listRunSummaries } from './run/list-summaries.js';
export { runSeconds } from './run/run-duration.js';
export type { RunFolder } from './run/run-folder.js';
export type { RunRecord } from './run/run-record.js';
export { type ShownStatus, shownStatus } from './run/run-status.js';
export type { RunSummary, SummarisedRun } from './run/run-summary.js';
