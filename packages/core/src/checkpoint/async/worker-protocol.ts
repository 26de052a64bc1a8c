import type { NamedFiles } from '../../backend/backend.js';
import type { ErrorCode } from '../../errors/forge-error.js';
import type { CheckpointDetails, TrainState } from '../store/checkpoint-store.js';

/** What the thread that writes checkpoints is asked: the memory of the state's tensors moves there … */
export interface SaveRequest<State = TrainState> {
  readonly folder: string;
  readonly details: Pick<CheckpointDetails, 'engine' | 'metrics' | 'state'>;
  readonly state: State;
  readonly files: NamedFiles;
}

/** … and back, whether it was saved or not. Of an error that went from thread to thread only the text is left. */
export type SaveAnswer = { readonly state: TrainState } & (
  | { readonly path: string }
  | { readonly error: SaveError }
  | { readonly bug: Error }
);

export interface SaveError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly about?: string;
  readonly hint?: string;
  readonly cause?: Error;
}
