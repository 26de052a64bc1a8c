/** Changing stored runs, and reading what they store: `@forge-ml/core/manage`, which loads no training code. */

export { rankByMetric } from './checkpoint/policies/rank-by-metric.js';
export { type ErrorCode, ForgeError, isForgeError, messageOf } from './errors/forge-error.js';
export { folderBytes } from './fs/folder-bytes.js';
export { writeOutput } from './fs/write-output.js';
export { annotateRun } from './run/annotate-run.js';
export { findRun, listRuns } from './run/catalog/find-run.js';
export { type BestCheckpoint, bestCheckpoint } from './run/checkpoints/best-checkpoint.js';
export {
  type ListCheckpointsOptions,
  type ListedCheckpoint,
  listCheckpoints,
} from './run/checkpoints/list-checkpoints.js';
export { type RemoveCheckpointsOptions, removeCheckpoints } from './run/checkpoints/remove-checkpoints.js';
export { comparisonOf, diffRuns, type RunComparison } from './run/compare/compare-runs.js';
export type { Compared } from './run/compare/compared.js';
export { type ComparedCode, storedCodeOf } from './run/compare/compared-code.js';
export { type CodeDifference, diffCode } from './run/compare/diff-code.js';
export { readCompared } from './run/compare/read-compared.js';
export { runFacts } from './run/compare/run-facts.js';
export { requireOwnFiles } from './run/content/own-files.js';
export { type ParameterShape, parameterShapes } from './run/content/parameter-shapes.js';
export { type RunText, type RunTextPart, readRunText, readRunTextPart } from './run/content/read-text.js';
export { type MediaContent, type NewestMedia, newestMedia, readMediaFile } from './run/content/run-media.js';
export { type MetricsSample, sampleMetrics } from './run/content/sample-metrics.js';
export { readStoredCode, type StoredVersion, storedVersions } from './run/content/stored-code-versions.js';
export { type MarkedCheckpoint, markBest } from './run/details/mark-best.js';
export { resumeCommand, runWords } from './run/details/resume-command.js';
export { type RunDetails, type RunDetailsOptions, runDetails } from './run/details/run-details.js';
export { requireOutput } from './run/folder/require-output.js';
export type { RunFolder } from './run/folder/run-folder.js';
export type { LockOptions } from './run/lock/resume-lock.js';
export type { WatchOptions } from './run/lock/run-locked.js';
export { changeTags, checkDisplayName, checkNote, checkTag, type TagChange } from './run/record/annotation-rules.js';
export { type Annotations, noAnnotations, readAnnotations } from './run/record/annotations.js';
export { readRunFlags } from './run/record/flags-file.js';
export { readRunRecord } from './run/record/read-run-record.js';
export { runSeconds } from './run/record/run-duration.js';
export { findRunToRemove } from './run/trash/find-run-to-remove.js';
export { findOneTrashed, findTrashed, trashReference } from './run/trash/find-trashed.js';
export { listTrash, type Trash, type TrashedRun } from './run/trash/list-trash.js';
export { type PurgeOptions, purgeRuns } from './run/trash/purge-runs.js';
export { type RemoveOptions, removeRuns } from './run/trash/remove-runs.js';
export { restoreRun } from './run/trash/restore-run.js';
export { writeRunFile } from './run/write-run-file.js';
export { limitsFrom } from './train/loop/limits.js';
export { version } from './version.js';
