import { setTimeout as delay } from 'node:timers/promises';
import type { Stats } from '../../backend/backend.js';
import type { JsonState } from '../../checkpoint/store/train-state.js';
import type { BatchDataset } from '../../data/dataset.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError, isForgeError } from '../../errors/forge-error.js';
import { type Batch, batchSizeOf } from '../../tensor/tensor-data.js';
import { EarlyEnd } from '../hooks/run-control.js';
import { followStops } from '../stop/follow-stops.js';
import { isStopRequested, type StopRequest, stopError, unlessStopped } from '../stop/stop-request.js';
import { averageOf, emaSplit } from './average-evaluation.js';
import { evaluate, releaseReader } from './evaluate.js';
import { withGauges } from './gauges.js';
import { IntervalMetrics } from './interval-metrics.js';
import { withLearningRates } from './learning-rates.js';
import type { Limits } from './limits.js';
import {
  evaluationPending,
  isEvaluationPending,
  type LoopEnd,
  type LoopPosition,
  type LoopRequest,
  loopFields,
  meanOwner,
} from './loop-request.js';
import { ReadAhead } from './read-ahead.js';
import { metricsOwner } from './split-metrics.js';
import { StepBarrier } from './step-barrier.js';
import { type PlannedStep, runBlock, takeBlock } from './step-block.js';
import { WeightedMean } from './weighted-mean.js';

/** How long the loop may block the event loop, ms: signals, timers and streams are handled in between. */
const maxBlockedMs = 50;

/**
 * How long to yield to a background save after each slow step of an engine that blocks, ms. A save makes dozens of small
 * calls in sequence; otherwise each of them would wait for a step.
 */
const saveTimeMs = 10;

const never = () => false;

/**
 * Trains until a limit is reached or a stop is requested. Fuses as many steps as the session can, up to the next that is
 * followed by an evaluation or a save. The order after a step is report, evaluate, save, so that a checkpoint includes
 * all metrics logged before it.
 *
 * A stop takes effect between two steps, while data is read and between two batches of an evaluation, which is then
 * repeated on resume. If data, an evaluation, a hook or a step fails and the state is still valid, the last finished step
 * is saved before the error is thrown.
 * @throws ForgeError LOSS_NOT_FINITE, DATA_INVALID, and any error of the session, the data or a hook
 */
export async function trainLoop(request: LoopRequest): Promise<LoopEnd> {
  checkOptions(request, loopFields, { of: 'trainLoop(request)' });
  const stop = followStops(request, 'trainLoop(request)');
  try {
    return await new TrainLoop(request, stop).run();
  } finally {
    stop.release();
  }
}

class TrainLoop {
  readonly #totalSteps: number | undefined;
  /** Where this training ends: at the limits, or where it pauses before them. */
  readonly #ends: Limits;
  /** The step at which it ends, where that is known. */
  readonly #endStep: number | undefined;
  readonly #barrier: StepBarrier;
  readonly #readAll: boolean;
  readonly #sinceReport: WeightedMean;
  readonly #interval: IntervalMetrics | undefined;
  readonly #earlyEnd: EarlyEnd;
  /** The limit of steps; the last finished step once the loop is to end before that. */
  #lastStep: number;
  #step: number;
  #epoch: number;
  /** Batches of the epoch that are used. */
  #used: number;
  /** Whether the last step may still need an evaluation. */
  #pending: boolean;
  #savedAt: number | undefined;
  /** `valid`: the session's state is that of the last finished step. `stepping`: only if the session reports it intact. */
  #state: 'valid' | 'stepping' | 'unknown' = 'valid';
  #yieldAt = performance.now() + maxBlockedMs;
  /** That of the last finished step. */
  #lastBatch: Batch | undefined;

  constructor(
    private readonly request: LoopRequest,
    private readonly stop: StopRequest,
  ) {
    const { step, data, state } = request.from;
    this.#step = step;
    this.#epoch = data.epoch;
    this.#used = data.batch;
    this.#pending = isEvaluationPending(request.from);
    this.#savedAt = step;
    this.#totalSteps = countSteps(request.train, request.limits);
    this.#ends = earlier(request.limits, request.pauseAt);
    this.#endStep = countSteps(request.train, this.#ends);
    this.#barrier = new StepBarrier(request.session);
    this.#readAll = request.readAll ?? true;
    this.#sinceReport = new WeightedMean(state?.[meanOwner]);
    if (request.metrics?.reportsOutputs && request.metrics.hasNumbers && !request.stepsElsewhere) {
      this.#interval = new IntervalMetrics(request.metrics, this.#readAll, state?.[metricsOwner]);
    }
    this.#earlyEnd = request.earlyEnd ?? new EarlyEnd();
    this.#lastStep = this.#ends.steps;
  }

  async run(): Promise<LoopEnd> {
    const { request, stop } = this;
    const { hooks, limits } = request;
    try {
      await hooks.start?.(this.#progress, this.#earlyEnd);
      this.#endEarly();
      while (this.#hasMore && this.#epoch < this.#ends.epochs && !isStopRequested(stop)) {
        if (!(await this.#restOfEpoch())) break;
      }
      if (stop.failure !== undefined) throw stopError(stop);
    } catch (error) {
      if (stop.failure !== undefined || stop.reason === undefined || !isStopped(error)) {
        await this.#saveIfValid();
        throw await this.#located(error);
      }
    }
    if (this.#savedAt !== this.#step) await this.#save();
    const early = this.#earlyEnd.reason;
    const done = !this.#pending && (early !== undefined || reached(limits, this.#step, this.#epoch));
    const paused = !done && !this.#pending && reached(this.#ends, this.#step, this.#epoch);
    const reason = (done && early) || null;
    return { status: done ? 'completed' : 'stopped', reason, paused, step: this.#step, data: this.#position.data };
  }

  /** The error of a number that is not finite, with where that begins if the session can tell. */
  async #located(error: unknown): Promise<unknown> {
    if (!isForgeError(error) || error.code !== 'LOSS_NOT_FINITE' || this.#lastBatch === undefined) return error;
    try {
      const where = await this.request.session.locateNotFinite?.(this.#lastBatch);
      if (where === undefined) return error;
      const { about, hint } = error;
      return new ForgeError('LOSS_NOT_FINITE', `${error.message} ${where}`, { about, hint });
    } catch {
      return error;
    }
  }

  get #hasMore(): boolean {
    return this.#pending || this.#step < this.#lastStep;
  }

  /** Called where the last finished step can still be evaluated, or has been. */
  #endEarly(): void {
    if (this.#earlyEnd.reason !== undefined) this.#lastStep = this.#step;
  }

  get #progress() {
    return { step: this.#step, epoch: this.#epoch, totalSteps: this.#totalSteps };
  }

  get #position(): LoopPosition & { readonly state: JsonState } {
    const data = { epoch: this.#epoch, batch: this.#used };
    const pending = this.#pending ? evaluationPending : {};
    const state = {
      ...this.request.observer?.state,
      [meanOwner]: this.#sinceReport.state,
      ...this.#interval?.state,
      ...pending,
    };
    return { step: this.#step, data, state };
  }

  /** @returns whether the epoch has ended. */
  async #restOfEpoch(): Promise<boolean> {
    const { stop } = this;
    const { train } = this.request;
    const reader = train.read({ epoch: this.#epoch, skip: this.#used });
    const batches = new ReadAhead(reader);
    try {
      await this.#read(batches);
      if (batches.next === undefined && this.#used === 0) throw noBatches(this.#epoch);
      if (this.#pending) await this.#finishPending(batches.next === undefined);
      while (batches.next !== undefined && this.#step < this.#lastStep && !isStopRequested(stop))
        await this.#block(batches);
    } catch (error) {
      // Report the first error.
      await releaseReader(reader, stop).catch(() => undefined);
      throw error;
    }
    await releaseReader(reader, stop);
    if (batches.next !== undefined || this.#pending) return false;
    this.#epoch++;
    this.#used = 0;
    return true;
  }

  /** Reads the next batch if it has not been read yet, as a phase of its own. */
  #read(batches: ReadAhead): void | Promise<void> {
    this.request.phase?.enter('read', this.#step);
    const reading = batches.fill(1, never);
    return reading instanceof Promise ? unlessStopped(this.stop, reading) : undefined;
  }

  /**
   * Runs one block of updates, and what follows it. Asynchronous only where something is waited for: that would cost each
   * step of a fast engine more than all the rest.
   */
  #block(batches: ReadAhead): void | Promise<void> {
    const most = this.request.session.fused?.most ?? 1;
    return this.#runBlock(takeBlock(batches, most, this.#plan, this.#endsBlock), batches, most);
  }

  #runBlock(block: readonly PlannedStep[], batches: ReadAhead, most: number): void | Promise<void> {
    const { session, phase } = this.request;
    phase?.enter('step', this.#step);
    this.#state = 'stepping';
    const stepping = runBlock(session, block, this.#step, this.#readAll, this.#interval?.receiver(block));
    if (stepping instanceof Promise) return this.#finishStepping(block, stepping, batches, most);
    const failed = this.#account(block, stepping);
    if (failed.length > 0 && !isStopRequested(this.stop)) return this.#runBlock(failed, batches, most);
    const { saves } = block.at(-1)!;
    const reading = this.#read(batches);
    return reading instanceof Promise
      ? reading.then(() => this.#afterBlock(batches, saves, true))
      : this.#afterBlock(batches, saves, true);
  }

  /** Reads the next batches while the engine is running. */
  async #finishStepping(
    block: readonly PlannedStep[],
    stepping: Promise<readonly Stats[]>,
    batches: ReadAhead,
    most: number,
  ): Promise<void> {
    let working = true;
    const ahead = (async () => batches.fill(most, () => working))();
    ahead.catch(() => undefined);
    const off = this.stop.onStop(() => this.request.session.interrupt?.());
    const numbers = await stepping.finally(() => {
      working = false;
      off();
    });
    const failed = this.#account(block, numbers);
    this.request.phase?.enter('read', this.#step);
    await unlessStopped(this.stop, ahead);
    if (failed.length > 0 && !isStopRequested(this.stop)) return this.#runBlock(failed, batches, most);
    await this.#afterBlock(batches, block.at(-1)!.saves, false);
  }

  /**
   * What follows a block, once it is known whether the epoch ends there.
   * @param blocks whether the engine blocks the event loop
   */
  #afterBlock(batches: ReadAhead, saves: boolean, blocks: boolean): void | Promise<void> {
    this.#endEarly();
    const epochEnds = batches.next === undefined;
    if (this.#barrier.isDue || saves || this.#evaluates(epochEnds) || performance.now() > this.#yieldAt) {
      return this.#waitAfterBlock(epochEnds, saves, blocks);
    }
    this.#pending = false;
  }

  async #waitAfterBlock(epochEnds: boolean, saves: boolean, blocks: boolean): Promise<void> {
    if (this.#barrier.isDue) await this.#settle();
    if (saves || this.#evaluates(epochEnds)) await this.#afterStep(epochEnds, saves);
    else this.#pending = false;
    if (performance.now() > this.#yieldAt) {
      await (blocks && this.request.run.savingHere ? delay(saveTimeMs) : new Promise(setImmediate));
      this.#yieldAt = performance.now() + maxBlockedMs;
    }
  }

  readonly #plan = (batch: Batch, index: number): PlannedStep => {
    const { reportEvery, saveDue } = this.request;
    const number = this.#step + index + 1;
    const reports = isReportDue(number, reportEvery) || number === (this.#endStep ?? this.#ends.steps);
    return { batch, reports, saves: saveDue(number) };
  };

  readonly #endsBlock = ({ saves }: PlannedStep, index: number): boolean => {
    const { evalEvery } = this.request;
    const number = this.#step + index + 1;
    return saves || number === this.#ends.steps || (evalEvery !== null && number % evalEvery === 0);
  };

  /**
   * Counts and reports finished updates. The error of a hook is thrown once all of them are counted.
   * @returns the updates that are not finished, because the first of them failed: it is repeated for its error
   */
  #account(block: readonly PlannedStep[], numbers: readonly Stats[]): readonly PlannedStep[] {
    const { run, hooks, phase, reportEvery, session } = this.request;
    let failure: { readonly cause: unknown } | undefined;
    this.#state = 'unknown';
    this.#barrier.requested(numbers.length);
    for (const [index, { batch, reports }] of block.slice(0, numbers.length).entries()) {
      this.#step++;
      this.#used++;
      const stats = numbers[index] ?? {};
      this.#lastBatch = batch;
      requireFinite(stats, this.#step);
      if (this.#readAll) this.#sinceReport.add(stats, batchSizeOf(batch));
      let values = reports && this.#readAll ? this.#sinceReport.stats : stats;
      // A report made only because training ends must not reset the mean: with a higher limit there would be none.
      const due = isReportDue(this.#step, reportEvery);
      if (due) this.#sinceReport.clear();
      phase?.enter('hook', this.#step);
      try {
        if (this.#interval !== undefined) values = this.#interval.after({ batch, index, reports, due, values });
        if (reports) {
          const shown = withGauges(withLearningRates(values, session, this.#step - 1), session);
          run.log({ step: this.#step, epoch: this.#epoch, split: 'train', values: shown });
        }
        hooks.step?.(this.#progress, this.#earlyEnd);
      } catch (cause) {
        failure ??= { cause };
      }
    }
    this.#state = 'valid';
    this.#pending = true;
    if (failure !== undefined) throw failure.cause;
    return block.slice(numbers.length);
  }

  /** Repeats an evaluation that a stop interrupted, and then saves the checkpoint of that step again. */
  async #finishPending(epochEnds: boolean): Promise<void> {
    if (!this.#evaluates(epochEnds)) {
      this.#pending = false;
      return;
    }
    this.#savedAt = undefined;
    await this.#afterStep(epochEnds, true);
  }

  #evaluates(epochEnds: boolean): boolean {
    const { valid, evalEvery } = this.request;
    const last = this.#step === this.#lastStep || (epochEnds && this.#epoch + 1 === this.#ends.epochs);
    return valid !== undefined && (last || evaluationDue(evalEvery, this.#step, epochEnds));
  }

  async #afterStep(epochEnds: boolean, saves: boolean): Promise<void> {
    const { stop } = this;
    const { session, run, evalEvery, phase, observer, metrics, valid, ema } = this.request;
    let saving = saves;
    if (this.#evaluates(epochEnds)) {
      if (isStopRequested(stop)) return;
      await this.#settle();
      phase?.enter('evaluate', this.#step);
      const pass = metrics?.ofSplit();
      const values = await evaluate(session, valid!, { stop, metrics: pass });
      // Predictions are those of the parameters, so metrics of the average need an engine that reports outputs.
      const averagePass = ema && metrics?.reportsOutputs ? metrics.ofSplit() : undefined;
      const averaged = ema ? await evaluate(averageOf(session), valid!, { stop, metrics: averagePass }) : undefined;
      const splits = { valid: values, ...(averaged && { [emaSplit]: averaged }) };
      // The session must not observe an evaluation made only because training ends: with a higher limit there is none.
      if (evaluationDue(evalEvery, this.#step, epochEnds)) {
        this.#state = 'unknown';
        session.observe?.(values);
        this.#state = 'valid';
        saving = observer?.observe(this.#step, splits) || saving;
      }
      this.#pending = false;
      const at = { step: this.#step, epoch: this.#epoch };
      for (const [split, values] of Object.entries(splits)) run.log({ ...at, split, values });
      if (pass !== undefined) run.logMedia?.({ ...at, split: 'valid' }, pass.accumulators.media);
      if (averagePass !== undefined) run.logMedia?.({ ...at, split: emaSplit }, averagePass.accumulators.media);
      this.#endEarly();
    }
    this.#pending = false;
    if (saving) await this.#save();
  }

  /** Waits until a lazy engine has done all requested updates. */
  async #settle(): Promise<void> {
    this.request.phase?.enter('step', this.#step - 1);
    this.#state = 'unknown';
    await this.#barrier.settle();
    this.#state = 'valid';
  }

  async #save(): Promise<void> {
    await this.#settle();
    this.request.phase?.enter('save', this.#step);
    await this.request.run.save(this.#position);
    this.#savedAt = this.#step;
  }

  /** Saves the last finished step before the loop fails, so that it need not be repeated. */
  async #saveIfValid(): Promise<void> {
    const valid = this.#state === 'valid' || (this.#state === 'stepping' && this.request.session.intact === true);
    if (!valid || this.#savedAt === this.#step) return;
    // Report the first error.
    await this.#save().catch(() => undefined);
  }
}

function isStopped(error: unknown): boolean {
  return isForgeError(error) && error.code === 'STOPPED';
}

function isReportDue(step: number, reportEvery: number): boolean {
  return step % reportEvery === 0 || step === 1;
}

function evaluationDue(evalEvery: number | null, step: number, epochEnds: boolean): boolean {
  return evalEvery === null ? epochEnds : step % evalEvery === 0;
}

function earlier(limits: Limits, other: Limits | undefined): Limits {
  if (other === undefined) return limits;
  return { steps: Math.min(limits.steps, other.steps), epochs: Math.min(limits.epochs, other.epochs) };
}

function reached({ steps, epochs }: Limits, step: number, epoch: number): boolean {
  return step >= steps || epoch >= epochs;
}

function countSteps(train: BatchDataset, limits: Limits): number | undefined {
  const byEpochs = train.length === undefined ? Number.POSITIVE_INFINITY : train.length * limits.epochs;
  const total = Math.min(limits.steps, byEpochs);
  return Number.isFinite(total) ? total : undefined;
}

function requireFinite(stats: Stats, step: number): void {
  for (const name in stats) {
    if (Number.isFinite(stats[name])) continue;
    throw new ForgeError('LOSS_NOT_FINITE', `${name} became ${stats[name]} at step ${step}.`, {
      about: name,
      hint: 'Lower the learning rate, clip the gradients, or check the data around this step.',
    });
  }
}

function noBatches(epoch: number): ForgeError {
  return new ForgeError('DATA_INVALID', `The training data has no batches in epoch ${epoch}.`, {
    about: 'train',
    hint: 'Check what the data config returns as `train`; a batch larger than the data with dropRemainder leaves none.',
  });
}
