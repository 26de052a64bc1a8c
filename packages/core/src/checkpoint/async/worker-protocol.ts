import type { NamedFiles } from '../../backend/backend.js';
import type { ErrorCode } from '../../errors/forge-error.js';
import type { CheckpointDetails } from '../store/checkpoint-store.js';
import type { TrainState } from '../store/train-state.js';

/** A request to the checkpoint thread. The memory of the state's tensors is transferred with it. */
export interface SaveRequest<State = TrainState> {
  readonly folder: string;
  readonly details: Pick<CheckpointDetails, 'engine' | 'metrics' | 'metricSteps' | 'state'>;
  readonly state: State;
  readonly files: NamedFiles;
}

/** The answer, which transfers that memory back after success and failure. Errors lose their class between threads. */
export type SaveAnswer = { readonly id: number; readonly state: TrainState } & (
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
