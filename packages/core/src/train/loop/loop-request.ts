import type { Stats, TrainSession } from '../../backend/backend.js';
import type { DataPosition, JsonState } from '../../checkpoint/store/checkpoint-store.js';
import type { BatchDataset } from '../../data/dataset.js';
import type { RunHooks } from '../hooks/run-hooks.js';
import type { RunPhase } from '../stop/run-phase.js';
import type { StopRequest } from '../stop/stop-request.js';
import type { Limits } from './limits.js';

/** Updates done, and where the training data stands. */
export interface LoopPosition {
  readonly step: number;
  readonly data: DataPosition;
  /** What else comes back with the checkpoint, as JSON by who owns it. */
  readonly state?: JsonState;
}

/** Under which names a checkpoint's state has what is the loop's: the mean since the last report, and what is pending. */
export const meanOwner = 'report';
const loopOwner = 'loop';

/** State of a position after whose step an evaluation may be due that has not been made: it comes first on resuming. */
export const evaluationPending: JsonState = { [loopOwner]: { evaluationPending: true } };

export function isEvaluationPending({ state }: Pick<LoopPosition, 'state'>): boolean {
  return (state?.[loopOwner] as { evaluationPending?: unknown } | undefined)?.evaluationPending === true;
}

/** What the loop needs of a run. */
export interface LoopRun {
  log(report: { step: number; epoch: number; split: string; values: Stats }): void;
  save(position: LoopPosition & { readonly state: JsonState }): Promise<unknown>;
  /** Whether a checkpoint is being saved behind the steps, on this thread. */
  readonly savingHere?: boolean;
}

export interface LoopRequest {
  readonly session: TrainSession;
  readonly train: BatchDataset;
  readonly valid?: BatchDataset | undefined;
  readonly run: LoopRun;
  readonly from: LoopPosition;
  readonly limits: Limits;
  readonly reportEvery: number;
  /**
   * Whether the numbers of every step are read, so that a report is their mean since the last one. Default: true.
   * Where reading makes an engine wait, as a GPU does, false: a report then has the numbers of its own step.
   */
  readonly readAll?: boolean;
  /** null: after each epoch. */
  readonly evalEvery: number | null;
  /** Asked once after each step. */
  readonly saveDue: (step: number) => boolean;
  readonly hooks: RunHooks;
  readonly stop: StopRequest;
  /** Kept up to date, for messages about a step or an evaluation that never ends. */
  readonly phase?: RunPhase;
}

/** The fields of a request, for what refuses others. */
export const loopFields: readonly (keyof LoopRequest)[] = [
  'session',
  'train',
  'valid',
  'run',
  'from',
  'limits',
  'reportEvery',
  'readAll',
  'evalEvery',
  'saveDue',
  'hooks',
  'stop',
  'phase',
];

export interface LoopEnd {
  readonly status: 'completed' | 'stopped';
  readonly step: number;
  readonly data: DataPosition;
}
