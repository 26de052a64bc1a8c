import { basename, join } from 'node:path';
import type { Stats, TrainSession } from '../../backend/backend.js';
import { parseKeep } from '../../checkpoint/policies/parse-keep.js';
import { parseSaveEvery } from '../../checkpoint/policies/parse-save-every.js';
import { readArguments } from '../../config/flags/arguments.js';
import type { BatchDataset } from '../../data/dataset.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { DeclaredDirections } from '../../metrics/metric-address.js';
import { captureConsole } from '../../run/console/console-log.js';
import type { Run } from '../../run/run.js';
import { earlyStopDirection, earlyStopRequest, stopEarlyOption } from '../../train/early-stop/early-stop-flags.js';
import { HandedSteps } from '../../train/loop/handed-steps.js';
import type { RunEnd, RunStep, RunSteps, StepsEnd, StepsOptions } from '../../train/loop/run-steps.js';
import type { SplitMetrics } from '../../train/loop/split-metrics.js';
import { checkSplits, warnOfUnknownMetrics } from '../../train/loop/unknown-metrics.js';
import { invocationFlags } from '../../train/run-flags.js';
import { type FollowedStops, followStops } from '../../train/stop/follow-stops.js';
import { stopError } from '../../train/stop/stop-request.js';
import { listenForStop } from '../../train/stop/stop-signals.js';
import { watchLeftLoop } from '../../train/stop/watch-ends.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import type { Services } from '../services/services.js';
import { phaseOf } from './instruments.js';
import { overOneBatch } from './one-batch.js';
import { evaluatedSplits, type RunTraining, trainRun } from './train-run.js';

export interface OwnStepsParts {
  readonly services: Services;
  readonly experiment: PreparedRun;
  readonly session: TrainSession;
  readonly run: Run;
  readonly train: BatchDataset;
  readonly metrics: SplitMetrics | undefined;
  readonly options: StepsOptions;
  /** The directions that the model declares. */
  readonly declared: DeclaredDirections;
}

const left: RunEnd = { status: 'stopped', reason: 'the loop was left' };
const done: IteratorResult<RunStep, undefined> = { done: true, value: undefined };

/**
 * `run.steps`: the loop of `forge train`, whose steps are done by the body of a `for await`. It starts with the first
 * `next`, and ends the run.
 */
export class OwnSteps implements RunSteps {
  readonly #parts: OwnStepsParts;
  readonly #handed: HandedSteps;
  readonly #earlyStop: RunTraining['earlyStop'];
  #stop: FollowedStops | undefined;
  /** Resolves once the run has ended. */
  #training: Promise<undefined> | undefined;
  #end: RunEnd | undefined;
  #epoch = 0;
  /** No step is given any more. */
  #ending = false;
  /** `end` was called: what the run failed with was thrown there. */
  #left = false;
  #usesSession = false;
  #logged = false;

  constructor(parts: OwnStepsParts) {
    checkOptions(parts.options, ['valid', 'signal', 'stop'], {
      of: 'run.steps(train, options)',
      synonyms: { validation: 'valid', abortSignal: 'signal' },
    });
    this.#parts = parts.experiment.values.overfitOneBatch ? overOneBatchOf(parts) : parts;
    this.#earlyStop = earlyStopOf(this.#parts);
    this.#handed = new HandedSteps(parts.session);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  get ending(): boolean {
    return this.#ending;
  }

  async next(): Promise<IteratorResult<RunStep, undefined>> {
    if (this.#left) return done;
    const next = this.#handed.next();
    if (this.#training === undefined) this.#training = this.#start();
    else this.#finishStep();
    const step = await Promise.race([next, this.#training]);
    if (step === undefined) return done;
    const { batch, request } = step;
    return { done: false, value: { batch, ...request, epoch: this.#epoch } };
  }

  /** The loop was left, by `break` or by an error: JavaScript does not say which. */
  async return(): Promise<IteratorResult<RunStep, undefined>> {
    const ends = !this.#ending;
    await this.end(left);
    if (ends && this.#end === left) watchLeftLoop((reason) => this.#parts.run.failNow(reason, true));
    return done;
  }

  log(stats: Stats): void {
    const { current } = this.#handed;
    if (current === undefined || this.#ending) {
      throw new ForgeError('USAGE', 'run.log(numbers) was called outside of the body of a loop over run.steps.', {
        about: 'run.log',
        hint: 'Elsewhere, name the position: run.log({ step, epoch, split, values }).',
      });
    }
    current.stats = { ...current.stats, ...stats };
    this.#logged = true;
  }

  async end(end: StepsEnd): Promise<void> {
    if (!this.#ending) {
      this.#ending = true;
      this.#left = true;
      if (this.#training === undefined) return this.#parts.run.end(end.status, end.reason);
      const cause = await this.#stopLoop(end);
      await this.#training.catch((error: unknown) => {
        if (error !== cause) throw error;
      });
    }
    await this.#training?.catch(() => undefined);
  }

  /** @returns the error that the run fails with, where it does */
  async #stopLoop(end: StepsEnd): Promise<unknown> {
    const { status, reason } = end;
    const stop = this.#stop!;
    const { current } = this.#handed;
    await current?.call;
    const cause = status === 'failed' ? new Error(reason ?? 'failed') : current?.failure?.cause;
    if (status === 'failed' || current?.failure !== undefined) stop.fail(cause);
    else {
      this.#end = end as RunEnd;
      stop.abort(reason ?? status);
    }
    if (current?.done || (this.#logged && !this.#usesSession)) this.#finishStep();
    else this.#handed.fail(stopError(stop));
    return cause;
  }

  #finishStep(): void {
    this.#usesSession ||= this.#handed.current?.call !== undefined;
    this.#logged = false;
    this.#handed.finish();
  }

  #start(): Promise<undefined> {
    const { services, experiment, run, train, options } = this.#parts;
    const { argv, warn } = services.environment;
    const { onHangup } = readArguments(argv, { onHangup: invocationFlags.onHangup }).values;
    const listening =
      options.stop === undefined
        ? listenForStop(onHangup == null ? {} : { ignoreHangup: onHangup === 'ignore' })
        : undefined;
    const stop = followStops({ stop: listening, ...options }, 'run.steps(train, options)');
    this.#stop = stop;
    const console = captureConsole(join(run.folder, 'console.log'));
    const unwatch = this.#handed.watch();
    const training = trainRun({
      run,
      session: this.#handed.session,
      train: {
        get length() {
          return train.length;
        },
        read: (position) => {
          this.#epoch = position.epoch;
          return train.read(position);
        },
      },
      valid: options.valid,
      metrics: this.#parts.metrics,
      stepsElsewhere: true,
      experiment,
      saveWhen: parseSaveEvery(experiment.values.saveEvery),
      earlyStop: this.#earlyStop,
      warn,
      hooks: { report: warnOfUnknownMetrics(parseKeep(experiment.values.keep), warn) },
      stop,
      phase: phaseOf(
        {
          backend: experiment.engine.info.backend,
          data: basename(experiment.data.path),
          model: basename(experiment.model.path),
          stepper: 'The body of the loop',
        },
        experiment.values,
      ),
      stoppedAs: () => this.#end,
    })
      .then(() => undefined)
      .finally(() => {
        this.#ending = true;
        unwatch();
        console.release();
        stop.release();
        listening?.release();
      });
    // It is reported by the next call of `next`, which may come later.
    training.catch(() => undefined);
    return training;
  }
}

function overOneBatchOf({ train, options, ...others }: OwnStepsParts): OwnStepsParts {
  const data = overOneBatch({ train, valid: options.valid });
  return { ...others, train: data.train, options: { ...options, valid: data.valid } };
}

/** @throws ForgeError METRIC_INVALID where the loop has no validation data, or no direction is known */
function earlyStopOf({ experiment, options, declared }: OwnStepsParts): RunTraining['earlyStop'] {
  const request = earlyStopRequest(experiment.values);
  if (request === null) return null;
  const watched = { metrics: [request.metric], option: stopEarlyOption, reports: 'evaluations report' };
  checkSplits(watched, evaluatedSplits(options, experiment.values));
  return { request, direction: earlyStopDirection(request, declared) };
}
