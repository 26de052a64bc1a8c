/** Changing stored runs: `@forge-ml/core/manage`, which loads no training code. */

export { rankByMetric } from './checkpoint/policies/rank-by-metric.js';
export { type ErrorCode, ForgeError, isForgeError, messageOf } from './errors/forge-error.js';
export { folderBytes } from './fs/folder-bytes.js';
export { annotateRun } from './run/annotate-run.js';
export { findRun, listRuns } from './run/catalog/find-run.js';
export { type BestCheckpoint, bestCheckpoint } from './run/checkpoints/best-checkpoint.js';
export {
  type ListCheckpointsOptions,
  type ListedCheckpoint,
  listCheckpoints,
} from './run/checkpoints/list-checkpoints.js';
export { type RemoveCheckpointsOptions, removeCheckpoints } from './run/checkpoints/remove-checkpoints.js';
export type { RunFolder } from './run/folder/run-folder.js';
export type { LockOptions } from './run/lock/resume-lock.js';
export type { WatchOptions } from './run/lock/run-locked.js';
export { changeTags, checkDisplayName, checkNote, checkTag, type TagChange } from './run/record/annotation-rules.js';
export { type Annotations, readAnnotations } from './run/record/annotations.js';
export { findRunToRemove } from './run/trash/find-run-to-remove.js';
export { findOneTrashed, findTrashed, trashReference } from './run/trash/find-trashed.js';
export { listTrash, type Trash, type TrashedRun } from './run/trash/list-trash.js';
export { type PurgeOptions, purgeRuns } from './run/trash/purge-runs.js';
export { type RemoveOptions, removeRuns } from './run/trash/remove-runs.js';
export { restoreRun } from './run/trash/restore-run.js';
export { writeRunFile } from './run/write-run-file.js';
