import { setTimeout as delay } from 'node:timers/promises';
import type { Stats, TrainSession } from '../backend/backend.js';
import { type Batch, batchSizeOf } from '../backend/tensor-data.js';
import type { DataPosition, JsonState } from '../checkpoint/checkpoint-store.js';
import { checkOptions } from '../config/check-options.js';
import type { BatchDataset } from '../data/dataset.js';
import { ForgeError } from '../errors/forge-error.js';
import { evaluate } from './evaluate.js';
import type { Limits } from './limits.js';
import { ReadAhead } from './read-ahead.js';
import type { RunHooks } from './run-hooks.js';
import { type PlannedStep, runBlock, takeBlock } from './step-block.js';
import type { StopRequest } from './stop-signals.js';
import { WeightedMean } from './weighted-mean.js';

/** What the loop needs of a run. */
export interface LoopRun {
  log(report: { step: number; epoch: number; split: string; values: Stats }): void;
  save(position: { step: number; data: DataPosition; state: JsonState }): Promise<unknown>;
  /** Whether a checkpoint is being saved behind the steps, on this thread. */
  readonly savingHere?: boolean;
}

export interface LoopRequest {
  readonly session: TrainSession;
  readonly train: BatchDataset;
  readonly valid?: BatchDataset | undefined;
  readonly run: LoopRun;
  readonly from: { readonly step: number; readonly data: DataPosition; readonly state?: JsonState };
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
}

const loopFields: readonly (keyof LoopRequest)[] = [
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
];

export interface LoopEnd {
  readonly status: 'completed' | 'stopped';
  readonly step: number;
  readonly data: DataPosition;
}

/** How long the loop may keep the event loop to itself, ms: signals, timers and streams get their turn in between. */
const longestTurn = 50;

/**
 * How long a checkpoint that is saved behind slow steps of an engine that blocks gets the event loop to itself after
 * each, ms: a save is dozens of small calls one after the other, which would else take a step each.
 */
const roomToSave = 10;

/** Under which name a checkpoint's state has the mean since the last report. */
const meanOwner = 'report';

const never = () => false;

/**
 * Steps until a limit is reached or a stop is asked for; as many at once as the session can fuse, up to the next that
 * is followed by an evaluation or a save. After each, in this order: report, evaluate, save; so a checkpoint never
 * knows less than the metrics that came before it.
 * @throws ForgeError LOSS_NOT_FINITE, DATA_INVALID, and whatever the session, the data or a hook throws
 */
export async function trainLoop(request: LoopRequest): Promise<LoopEnd> {
  checkOptions(request, loopFields, { of: 'trainLoop(request)' });
  const { session, train, run, limits, hooks, stop } = request;
  let { step } = request.from;
  let { epoch, batch: used } = request.from.data;
  let savedAt = request.from.step;
  const { readAll = true } = request;
  const sinceReport = new WeightedMean(request.from.state?.[meanOwner]);
  let turnEnds = performance.now() + longestTurn;
  const totalSteps = countSteps(train, limits);
  const lastStep = totalSteps ?? limits.steps;
  await hooks.start?.({ step, epoch, totalSteps });

  const save = async () => {
    await run.save({ step, data: { epoch, batch: used }, state: { [meanOwner]: sinceReport.state } });
    savedAt = step;
  };

  while (step < limits.steps && epoch < limits.epochs && stop.signal === undefined) {
    const reader = train.read({ epoch, skip: used });
    const batches = new ReadAhead(reader);
    try {
      await batches.fill(1, never);
      if (batches.next === undefined && used === 0) throw noBatches(epoch);
      while (batches.next !== undefined && step < limits.steps && stop.signal === undefined) {
        const from = step;
        const plan = (batch: Batch, index: number): PlannedStep => {
          const number = from + index + 1;
          const reports = isReportDue(number, request.reportEvery) || number === lastStep;
          return { batch, reports, saves: request.saveDue(number) };
        };
        const isLookedAt = ({ saves }: PlannedStep, index: number): boolean => {
          const number = from + index + 1;
          return saves || number === limits.steps || (request.evalEvery !== null && number % request.evalEvery === 0);
        };
        const most = session.fused?.most ?? 1;
        const block = takeBlock(batches, most, plan, isLookedAt);
        const stepping = runBlock(session, block, from, readAll);
        // What comes next is read while the engine works; only then is it known whether the epoch ends here.
        let numbers: readonly Stats[];
        if (stepping instanceof Promise) numbers = await whileReading(stepping, batches, most);
        else {
          const reading = batches.fill(1, never);
          if (reading instanceof Promise) await reading;
          numbers = stepping;
        }

        const epochEnds = batches.next === undefined;
        for (const [index, { batch, reports }] of block.entries()) {
          step++;
          used++;
          const stats = numbers[index] ?? {};
          requireFinite(stats, step);
          if (readAll) sinceReport.add(stats, batchSizeOf(batch));
          if (reports) run.log({ step, epoch, split: 'train', values: readAll ? sinceReport.stats : stats });
          // What is reported only because training ends here would not be, had it a higher limit.
          if (isReportDue(step, request.reportEvery)) sinceReport.clear();
          hooks.step?.({ step, epoch, totalSteps });
        }
        const last = step === limits.steps || (epochEnds && epoch + 1 === limits.epochs);
        const isDue = evaluationDue(request.evalEvery, step, epochEnds);
        if (request.valid !== undefined && (isDue || last)) {
          const values = await evaluate(session, request.valid);
          run.log({ step, epoch, split: 'valid', values });
          // One that is made only because training ends here would not be there, had it a higher limit.
          if (isDue) session.observe?.(values);
        }
        if (block.at(-1)!.saves) await save();
        if (performance.now() > turnEnds) {
          const blocks = !(stepping instanceof Promise);
          await (blocks && run.savingHere ? delay(roomToSave) : new Promise(setImmediate));
          turnEnds = performance.now() + longestTurn;
        }
      }
    } finally {
      await reader.return?.();
    }
    if (batches.next !== undefined) break;
    epoch++;
    used = 0;
  }

  if (savedAt !== step) await save();
  const done = step >= limits.steps || epoch >= limits.epochs;
  return { status: done ? 'completed' : 'stopped', step, data: { epoch, batch: used } };
}

/** What the engine gives, the next batches being read meanwhile; where it fails, the reader comes to rest first. */
async function whileReading<T>(stepping: Promise<T>, batches: ReadAhead, most: number): Promise<T> {
  let working = true;
  const numbers = stepping.finally(() => {
    working = false;
  });
  const reading = async () => batches.fill(most, () => working);
  const [stepped, read] = await Promise.allSettled([numbers, reading()]);
  if (stepped.status === 'rejected') throw stepped.reason;
  if (read.status === 'rejected') throw read.reason;
  return stepped.value;
}

function isReportDue(step: number, reportEvery: number): boolean {
  return step % reportEvery === 0 || step === 1;
}

function evaluationDue(evalEvery: number | null, step: number, epochEnds: boolean): boolean {
  return evalEvery === null ? epochEnds : step % evalEvery === 0;
}

function countSteps(train: BatchDataset, limits: Limits): number | undefined {
  const byEpochs = train.length === undefined ? Number.POSITIVE_INFINITY : train.length * limits.epochs;
  const total = Math.min(limits.steps, byEpochs);
  return Number.isFinite(total) ? total : undefined;
}

/** Other metrics may be NaN, as F1 is of a batch without positives: that is no reason to end. */
function requireFinite({ loss }: Stats, step: number): void {
  if (loss === undefined || Number.isFinite(loss)) return;
  throw new ForgeError('LOSS_NOT_FINITE', `loss became ${loss} at step ${step}.`, {
    about: 'loss',
    hint: 'Lower the learning rate, clip the gradients, or look at the data around this step.',
  });
}

function noBatches(epoch: number): ForgeError {
  return new ForgeError('DATA_INVALID', `The training data has no batches in epoch ${epoch}.`, {
    about: 'train',
    hint: 'Check what the data config returns as `train`; a batch larger than the data with dropRemainder leaves none.',
  });
}
