import type { RunId } from './overview.js';
import type { RunAnnotations } from './run-view.js';

/** `POST /api/annotate`. What is undefined stays. */
export interface AnnotateRequest extends Partial<RunAnnotations> {
  readonly run: RunId;
}

/** `POST /api/trash`: moves runs into the trash, from where `forge runs restore` restores them. */
export interface TrashRequest {
  readonly runs: readonly RunId[];
}

export interface TrashAnswer {
  readonly removed: readonly RunId[];
  readonly failed: readonly { readonly run: RunId; readonly message: string }[];
}
