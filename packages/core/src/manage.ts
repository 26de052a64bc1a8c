/** Changing stored runs: `@forge-ml/core/manage`, which loads no training code. */

export { resultsFolder } from './api/prepare/results-folder.js';
export { type ErrorCode, ForgeError, isForgeError, messageOf } from './errors/forge-error.js';
export { annotateRun } from './run/annotate-run.js';
export { findRun, listRuns } from './run/catalog/find-run.js';
export type { RunFolder } from './run/folder/run-folder.js';
export { changeTags, checkDisplayName, checkNote, checkTag } from './run/record/annotation-rules.js';
export { type Annotations, readAnnotations } from './run/record/annotations.js';
