import type { Stats, TrainSession } from '../../backend/backend.js';
import type { DataPosition, JsonState } from '../../checkpoint/store/train-state.js';
import type { BatchDataset } from '../../data/dataset.js';
import type { MediaValue } from '../../metrics/media-value.js';
import type { MetricRecord } from '../../metrics/metric-sink.js';
import type { EarlyEnd } from '../hooks/run-control.js';
import type { RunHooks } from '../hooks/run-hooks.js';
import type { RunPhase } from '../stop/run-phase.js';
import type { StopRequest } from '../stop/stop-request.js';
import type { Limits } from './limits.js';
import type { SplitMetrics } from './split-metrics.js';

/** Updates done, and the position in the training data. */
export interface LoopPosition {
  readonly step: number;
  readonly data: DataPosition;
  /** Other train state to restore with the checkpoint, as JSON by owner. */
  readonly state?: JsonState;
}

/** The loop's owner names in a checkpoint's state: for the mean since the last report, and for a pending evaluation. */
export const meanOwner = 'report';
const loopOwner = 'loop';

/** State of a position whose step may still need an evaluation; a resume evaluates first. */
export const evaluationPending: JsonState = { [loopOwner]: { evaluationPending: true } };

export function isEvaluationPending({ state }: Pick<LoopPosition, 'state'>): boolean {
  return (state?.[loopOwner] as { evaluationPending?: unknown } | undefined)?.evaluationPending === true;
}

/** The part of a run that the loop needs. */
export interface LoopRun {
  log(report: { step: number; epoch: number; split: string; values: Stats }): void;
  /** Receives metrics that are images, texts, histograms or tables, by name, after the numbers of their evaluation. */
  logMedia?(report: Omit<MetricRecord, 'time' | 'values'>, values: Readonly<Record<string, MediaValue>>): void;
  save(position: LoopPosition & { readonly state: JsonState }): Promise<unknown>;
  /** Whether a background save is using this thread. */
  readonly savingHere?: boolean;
}

/** What the loop needs of a session. */
export type LoopSession = Pick<
  TrainSession,
  | 'step'
  | 'fused'
  | 'settle'
  | 'intact'
  | 'interrupt'
  | 'locateNotFinite'
  | 'evaluate'
  | 'observe'
  | 'learningRate'
  | 'gauges'
> &
  Partial<Pick<TrainSession, 'predict'>>;

/** A part of training that follows the evaluations. Its state is saved with the loop's. */
export interface EvaluationObserver {
  /**
   * Receives the numbers of each scheduled evaluation by split, before the save and the next step.
   * @returns whether to save this step
   */
  observe(step: number, splits: Readonly<Record<string, Stats>>): boolean;
  /** As JSON by owner. */
  readonly state: JsonState;
}

export interface LoopRequest {
  readonly session: LoopSession;
  readonly train: BatchDataset;
  readonly valid?: BatchDataset | undefined;
  /** Metrics over the whole of `valid`, and over the steps between two reports if the engine reports outputs. */
  readonly metrics?: SplitMetrics | undefined;
  /** Whether the session's steps do not report outputs, because a loop of the user makes them. Default: false. */
  readonly stepsElsewhere?: boolean | undefined;
  /** Whether to evaluate the moving average of the parameters too, as the split `valid-ema`. Default: false. */
  readonly ema?: boolean;
  readonly run: LoopRun;
  readonly from: LoopPosition;
  readonly limits: Limits;
  /** Stops there as at a limit, before the limits: the rest can be trained later. Default: nowhere. */
  readonly pauseAt?: Limits | undefined;
  readonly reportEvery: number;
  /**
   * Whether to read the metrics of every step, so that a report is their mean since the last report. False if reading
   * stalls the engine, as on a GPU: a report then has the metrics of its own step only. Default: true.
   */
  readonly readAll?: boolean;
  /** Null: after each epoch. */
  readonly evalEvery: number | null;
  /** Called once after each step. */
  readonly saveDue: (step: number) => boolean;
  readonly hooks: RunHooks;
  /** Ends the loop before its limits. Hooks get it, and others may have it too. */
  readonly earlyEnd?: EarlyEnd | undefined;
  readonly observer?: EvaluationObserver | undefined;
  /** Aborting it stops the loop in order: it saves and returns `stopped`. */
  readonly signal?: AbortSignal | undefined;
  /** What `listenForStop` returns. */
  readonly stop?: StopRequest | undefined;
  /** Kept up to date, for messages about a step or an evaluation that never ends. */
  readonly phase?: RunPhase;
}

/** The known fields of a request; others are refused. */
export const loopFields: readonly (keyof LoopRequest)[] = [
  'session',
  'train',
  'valid',
  'metrics',
  'stepsElsewhere',
  'ema',
  'run',
  'from',
  'limits',
  'pauseAt',
  'reportEvery',
  'readAll',
  'evalEvery',
  'saveDue',
  'hooks',
  'earlyEnd',
  'observer',
  'signal',
  'stop',
  'phase',
];

export interface LoopEnd {
  readonly status: 'completed' | 'stopped';
  /** Why it completed before its limits; null if it reached one, or was stopped. */
  readonly reason: string | null;
  /** Whether it stopped at `pauseAt`. */
  readonly paused: boolean;
  readonly step: number;
  readonly data: DataPosition;
}
