import { join } from 'node:path';
import type {
  EngineInfo,
  ParameterInfo,
  ParameterTotal,
  SessionState,
  Stats,
  TrainSession,
} from '../backend/backend.js';
import { BackgroundTask } from '../checkpoint/async/background-task.js';
import type { Retention } from '../checkpoint/policies/retention.js';
import type { CheckpointDetails, CheckpointStore, MetricSteps } from '../checkpoint/store/checkpoint-store.js';
import type { DataPosition, JsonState, TrainState } from '../checkpoint/store/train-state.js';
import { saveDelays, withRetries } from '../checkpoint/store/with-retries.js';
import type { BatchDataset } from '../data/dataset.js';
import { checkOptions } from '../errors/check-options.js';
import { ForgeError, isForgeError, messageOf } from '../errors/forge-error.js';
import { writeFileAtomic } from '../fs/atomic-file.js';
import { replaceNow } from '../fs/safe-files.js';
import { encodeNumbers } from '../json/json-number.js';
import { writeJson } from '../json/write-json.js';
import { copyNumbers } from '../metrics/copy-numbers.js';
import { LastAndBest, type MeasuredMetrics } from '../metrics/log/last-and-best.js';
import { isMedia, type MediaValue } from '../metrics/media-value.js';
import { type DeclaredDirections, directionsOfRun, nameOfMetric } from '../metrics/metric-address.js';
import type { Direction } from '../metrics/metric-direction.js';
import type { MetricRecord, MetricSink } from '../metrics/metric-sink.js';
import type { TrainingMemory } from '../model/training-memory.js';
import { algorithm } from '../random/random-stream.js';
import type { RunHooks } from '../train/hooks/run-hooks.js';
import type { RunSteps, StepsOptions } from '../train/loop/run-steps.js';
import type { RunFolder } from './folder/run-folder.js';
import { hasRun, requireLease, requireLeaseNow } from './lock/lease.js';
import { heartbeatInterval } from './record/heartbeat.js';
import type { RunInit } from './record/run-init.js';
import type { RunRecord, RunStatus } from './record/run-record.js';

export interface RunParts {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly session: TrainSession;
  readonly engine: EngineInfo;
  /** What training is expected to take, where the engine can tell. */
  readonly memory?: TrainingMemory | undefined;
  readonly seed: number;
  /** Train state other than tensors, as JSON by owner. */
  readonly state: Readonly<Record<string, unknown>>;
  readonly checkpoints: CheckpointStore;
  readonly retention: Retention;
  readonly metrics: MetricSink;
  /** Hooks of the plugins that the run uses. */
  readonly hooks: RunHooks;
  /** The directions of metrics that the model declares. */
  readonly declared: DeclaredDirections;
  /** Shows a warning to the user. */
  readonly warn: (message: string) => void;
  /** How long to wait before each retry of a save, ms. */
  readonly retryDelays?: readonly number[];
  /** The starting position: step 0, or that of the restored checkpoint. */
  readonly from: Position;
  /** Makes the steps of a loop of your own; see `Run.steps`. */
  readonly steps?: (run: Run, train: BatchDataset, options: StepsOptions) => RunSteps;
  /** The step at which the numbers of each split in `record.metrics` were measured, where it is known. */
  readonly metricSteps?: MetricSteps | undefined;
  /** An earlier copy of the session's state that is needed no more, for the first save to use its memory. */
  readonly spare?: SessionState;
}

/** Updates done, and the position in the training data. */
export interface Position {
  readonly step: number;
  readonly data: DataPosition;
  /** Other train state to restore with the checkpoint, as JSON by owner. */
  readonly state?: JsonState;
}

/** A point of the curves of a split. */
export interface Report {
  /** Updates done. */
  readonly step: number;
  readonly epoch: number;
  readonly split: string;
  /** Numbers, and images, texts, histograms and tables: see `image`, `text`, `histogram`, `table`. */
  readonly values: Readonly<Record<string, number | MediaValue>>;
}

const reportFields = ['step', 'epoch', 'split', 'values', 'time'];
const reportOwner = { of: 'run.log(report)', synonyms: { metrics: 'values', stats: 'values' } };

/** A run that this process is training. Keeps the run's folder up to date. */
export class Run {
  readonly folder: string;
  /** `mnist/3` */
  readonly id: string;
  readonly from: RunParts['from'];
  /** Hooks of plugins. `Forge.train` calls them; a custom loop may. They never throw. */
  readonly hooks: RunHooks;
  /** Changed in place: a copy for each logged point would cost as much as writing it. */
  private readonly record: { -readonly [Key in keyof RunRecord]: RunRecord[Key] };
  private readonly newest: Map<string, Stats>;
  private readonly tracked: LastAndBest;
  /** The step at which the newest numbers of each split were measured. */
  private readonly measuredAt: Map<string, number>;
  private writing: Promise<void> = Promise.resolve();
  private readonly asyncSave = new BackgroundTask();
  /** The state of the last background save, whose memory the next capture reuses: allocating costs more than copying. */
  private spare: SessionState | undefined;
  private savedStep: number | null;
  private ended = false;
  /** Set once another process has taken the run over. */
  private lost: { readonly cause: unknown } | undefined;
  private readonly heartbeat: NodeJS.Timeout;
  private loop: RunSteps | undefined;

  constructor(private readonly parts: RunParts) {
    this.folder = parts.folder.path;
    this.id = `${parts.folder.experiment}/${parts.folder.number}`;
    this.from = parts.from;
    this.hooks = parts.hooks;
    this.spare = parts.spare;
    this.record = { ...parts.record };
    this.savedStep = parts.from.step > 0 ? parts.from.step : null;
    this.newest = new Map(Object.entries(parts.record.metrics));
    this.tracked = new LastAndBest((split, name) => this.directionOf(split, name), parts.record.best);
    this.measuredAt = new Map(Object.entries(parts.metricSteps ?? {}));
    const beat = () => {
      this.writeRecord({}).catch((error: unknown) => {
        // A heartbeat that cannot be written must not end the run; the next checkpoint reports the cause.
        if (isForgeError(error) && error.code === 'RUN_LOCKED') this.lost ??= { cause: error };
      });
    };
    this.heartbeat = setInterval(beat, heartbeatInterval);
    this.heartbeat.unref();
  }

  /** The experiment's name and the run's number. */
  get place(): { readonly experiment: string; readonly number: number } {
    const { experiment, number } = this.parts.folder;
    return { experiment, number };
  }

  /** The parameters of the model. */
  get parameters(): readonly ParameterInfo[] {
    return this.parts.session.parameters;
  }

  /** Weights that never change and are no state, if there are any. */
  get base(): ParameterTotal | undefined {
    return this.parts.session.base;
  }

  /** What training is expected to take of the machine's memory; undefined where the engine cannot tell. */
  get memory(): TrainingMemory | undefined {
    return this.parts.memory;
  }

  /** Where its initial parameters are from, with `--init-from`. */
  get init(): RunInit | undefined {
    return this.record.init;
  }

  /** The step of the newest checkpoint; null before there is one. */
  get lastSaved(): number | null {
    return this.savedStep;
  }

  /** The latest metrics of each split. */
  get metrics(): Readonly<Record<string, Stats>> {
    return Object.fromEntries(this.newest);
  }

  /** The best value of each metric whose direction is known, with its step. */
  get best(): MeasuredMetrics {
    return this.tracked.best;
  }

  /** `running` until the run has ended. */
  get status(): RunStatus {
    return this.record.status;
  }

  /**
   * The steps of a training loop of your own, from the run's position to its limits (`--steps`, `--epochs`), for
   * `for await`. Around each step it does what `forge train` does: it reports, evaluates and saves when due, keeps the
   * position in the data, and stops in order at SIGINT, SIGTERM, SIGHUP or an abort of `signal`. It ends the run: as
   * `completed` at its limits; as `stopped` where it is stopped or left; `run.finish` in the body ends it otherwise.
   * Leaving it saves the last finished step: one whose `session.step` has resolved.
   * @param train the data that the run trains on
   * @throws ForgeError USAGE where it is called twice; the loop throws LOSS_NOT_FINITE, DATA_INVALID, FILE_SYSTEM
   */
  steps(train: BatchDataset, options: StepsOptions = {}): RunSteps {
    if (this.loop !== undefined || this.ended || this.parts.steps === undefined) {
      throw new ForgeError(
        'USAGE',
        `The run ${this.id} has no more steps: run.steps was called before, or it has ended.`,
        {
          about: 'run.steps',
          hint: 'Use one loop for all epochs; to train further, resume the run.',
        },
      );
    }
    this.loop = this.parts.steps(this, train, options);
    return this.loop;
  }

  /**
   * Adds a point to every curve it names. Buffered: on disk within a second, and before any checkpoint.
   *
   * In the body of a loop over `run.steps`, takes the numbers of the current step alone: they are reported as
   * `--report-every` says, as the mean since the last report, for the split `train`.
   */
  log(report: Report): void;
  log(numbers: Stats): void;
  log(report: Report | Stats): void {
    if (isStats(report)) {
      if (this.loop === undefined) throw noLoop();
      this.loop.log(report);
      return;
    }
    checkOptions(report, reportFields, reportOwner);
    const { step, epoch, split } = report;
    this.record.step = step;
    this.record.epoch = epoch;
    const values = this.write(report);
    if (values === undefined) return;
    this.newest.set(split, values);
    this.measuredAt.set(split, step);
    this.tracked.add({ step, split, values });
  }

  /** The same for numbers about the training itself, which are not among the run's last and best metrics. */
  logDiagnostics(report: Report): void {
    // A reading that took long may end after the run.
    if (!this.ended) this.write(report);
  }

  /** @returns the numbers among the values; undefined if there are none */
  private write({ step, epoch, split, values: given }: Report): Stats | undefined {
    const time = Date.now();
    // A copy: the caller may change its object, before a sink has encoded it.
    const values = areNumbers(given) ? copyNumbers(given) : this.logMedia(given, { step, epoch, time, split });
    if (values !== undefined) this.parts.metrics.write({ step, epoch, time, split, values });
    return values;
  }

  /** @returns the numbers among the values; undefined if there are none */
  private logMedia(
    values: Report['values'],
    at: Pick<MetricRecord, 'step' | 'epoch' | 'time' | 'split'>,
  ): Stats | undefined {
    const numbers: [string, number][] = [];
    // Each value is a file of its own, which another process that has the run now may write too.
    requireLeaseNow(this.folder, this.id, this.record.process);
    for (const [name, value] of Object.entries(values)) {
      if (isMedia(value)) this.parts.metrics.writeMedia?.({ ...at, name, value });
      else numbers.push([name, value]);
    }
    return numbers.length === 0 ? undefined : Object.fromEntries(numbers);
  }

  /**
   * Saves a checkpoint of the session, and removes those that the keep policy drops. Retries failed writes, with a
   * warning.
   * @returns the checkpoint's folder
   * @throws ForgeError FILE_SYSTEM, LOSS_NOT_FINITE; earlier checkpoints are unchanged
   */
  async save(position: Position): Promise<string> {
    await this.settle();
    const { session, checkpoints } = this.parts;
    const spare = this.takeSpare();
    const captured = await (session.captureAside?.() ?? session.capture(spare));
    const state = this.stateAt(position, captured);
    const details = this.details(position);
    const writing = this.writeCheckpoint(position, () => checkpoints.save(state, details));
    const path = await writing.finally(() => captured.release?.());
    // For the next save in the background: it must not wait for new memory.
    if (spare !== undefined) this.spare = state;
    return path;
  }

  /**
   * Captures the state and saves it in the background, one checkpoint at a time: this waits for the previous save.
   * @param saved called once the checkpoint is on disk
   * @throws ForgeError the error of the previous save
   */
  async saveAsync(position: Position, saved: (path: string) => void | Promise<void> = () => undefined): Promise<void> {
    await this.settle();
    const { session, checkpoints } = this.parts;
    const details = this.details(position);
    const capture = session.captureAside?.() ?? session.capture(this.takeSpare());
    const captured = session.captureAside === undefined ? await capture : capture;
    this.asyncSave.start(async () => {
      const lent = await captured;
      const given = { state: this.stateAt(position, lent) };
      const writing = this.writeCheckpoint(position, () => checkpoints.saveAsync(given, details));
      const path = await writing.finally(() => lent.release?.());
      if (session.captureAside === undefined) this.spare = given.state;
      await saved(path);
    });
  }

  /**
   * Restores the state of an earlier checkpoint into the session, and saves it as the state of this position, with the
   * metrics of that checkpoint.
   * @param step of the earlier checkpoint
   * @throws ForgeError as `save`; CHECKPOINT_NOT_FOUND, CHECKPOINT_CORRUPT
   */
  async saveStateOf(step: number, position: Position): Promise<string> {
    await this.settle();
    const { state, info } = await this.parts.checkpoints.load(step);
    await this.parts.session.restore(state);
    this.newest.clear();
    for (const [split, stats] of Object.entries(info.metrics)) this.newest.set(split, stats);
    this.measuredAt.clear();
    for (const [split, at] of Object.entries(info.metricSteps ?? {})) this.measuredAt.set(split, at);
    return this.save({ ...position, state: { ...position.state, restoredFrom: { step } } });
  }

  /** Keeps these checkpoints whatever the keep policy says. Called after each save. */
  keepCheckpoints(steps: () => readonly number[]): void {
    this.parts.retention.pinned = steps;
  }

  /** Whether a checkpoint is being saved in the background. */
  get saving(): boolean {
    return this.asyncSave.busy;
  }

  /** Whether a background save is using this thread. */
  get savingHere(): boolean {
    return this.asyncSave.busy && !this.parts.checkpoints.savesOnThread;
  }

  /** @throws ForgeError the error of a background save; RUN_LOCKED once another process has taken the run over */
  checkSaves(): void {
    if (this.lost !== undefined) throw this.lost.cause;
    this.asyncSave.check();
  }

  /** Waits for the background save. @throws ForgeError its error */
  async settle(): Promise<void> {
    await this.asyncSave.settled();
    this.asyncSave.check();
  }

  /**
   * Ends the run: waits for its last save and closes its files. In the body of a loop over `run.steps`, the last
   * finished step is saved first. After such a loop it only changes the status to `failed`, where that is given.
   * @throws ForgeError what the last save failed with, where the run was not to end as failed; it ends as failed then
   */
  async finish(
    status: 'completed' | 'stopped' | 'failed',
    reason: string | null = null,
    epoch = this.record.epoch,
  ): Promise<void> {
    if (this.loop !== undefined && !this.loop.ending) return this.loop.end({ status, reason });
    if (this.loop === undefined || !this.ended) return this.end(status, reason, epoch);
    if (status === 'failed') await this.writeRecord({ status, reason });
  }

  /** Ends the run, for its loop. @throws as `finish` */
  async end(
    status: 'completed' | 'stopped' | 'failed',
    reason: string | null,
    epoch = this.record.epoch,
  ): Promise<void> {
    clearInterval(this.heartbeat);
    await this.asyncSave.settled();
    await this.parts.checkpoints.close();
    const lost = status === 'failed' ? undefined : this.asyncSave.failure;
    const end = lost === undefined ? { status, reason } : { status: 'failed' as const, reason: messageOf(lost.cause) };
    await this.parts.metrics.close({ status: end.status });
    await this.writeRecord({ ...end, epoch, ended: new Date().toISOString() });
    this.ended = true;
    if (lost !== undefined) throw lost.cause;
  }

  /** The direction of a metric, recorded when it is first logged, so that the best run is chosen by it later. */
  private directionOf(split: string, name: string): Direction | undefined {
    const { directions } = this.record;
    const direction = directionsOfRun(directions, this.parts.declared)(split, name);
    if (direction !== undefined) this.record.directions = { ...directions, [nameOfMetric({ split, name })]: direction };
    return direction;
  }

  /**
   * Marks the run as failed, synchronously, at the end of a process; not where another process has resumed it.
   * @param evenEnded whether to do so after the run has ended
   */
  failNow(reason: string, evenEnded = false): void {
    if (this.ended && !evenEnded) return;
    const end = { status: 'failed', reason, ended: new Date().toISOString(), metrics: this.metrics, best: this.best };
    try {
      replaceNow(join(this.folder, 'run.json'), (before) => {
        const { process: now } = JSON.parse(before) as RunRecord;
        if (!hasRun(this.folder, this.record.process, now)) return null;
        return `${JSON.stringify({ ...this.record, ...end }, encodeNumbers, 2)}\n`;
      });
    } catch {
      // The run is then shown as crashed.
    }
  }

  /**
   * Writes a file of the run, completely or not at all, while this process owns the run.
   * @throws ForgeError RUN_LOCKED where another process has resumed it; PATH_UNSAFE, FILE_SYSTEM
   */
  async writeFile(name: string, content: string | Uint8Array): Promise<void> {
    await requireLease(this.folder, this.id, this.record.process);
    await writeFileAtomic(join(this.folder, name), content);
  }

  private takeSpare(): SessionState | undefined {
    const { spare } = this;
    this.spare = undefined;
    return spare;
  }

  private stateAt({ step, data }: Position, { release: _, ...state }: SessionState): TrainState {
    return { ...state, step, data, random: { algorithm, seed: this.parts.seed } };
  }

  /** The details as of now: metrics logged later do not belong to this checkpoint. */
  private details(position: Position): CheckpointDetails {
    const { session, engine } = this.parts;
    const state = { ...position.state, ...this.parts.state };
    const metricSteps = Object.fromEntries(this.measuredAt);
    return { engine, metrics: this.metrics, metricSteps, state, files: session.checkpointFiles?.bind(session) };
  }

  private async writeCheckpoint({ step, data }: Position, save: () => Promise<string>): Promise<string> {
    const { metrics, retention, warn, retryDelays: delays = saveDelays } = this.parts;
    const mustHaveRun = () => requireLease(this.folder, this.id, this.record.process);
    // Checked before each attempt: between two attempts, another process may take the run over.
    const withLease = <T>(work: () => Promise<T>): Promise<T> => {
      const attempt = async () => {
        await mustHaveRun();
        return work();
      };
      return withRetries(attempt, { delays, warn });
    };
    const path = await withLease(async () => {
      await metrics.flush();
      // Again: a process that takes the run over copies the metrics, and what is flushed later is not in the copy.
      await mustHaveRun();
      return save();
    });
    this.savedStep = step;
    await withLease(async () => {
      await retention.apply(step);
      await this.writeRecord({ step, epoch: data.epoch });
    });
    return path;
  }

  private writeRecord(change: Partial<RunRecord>): Promise<void> {
    Object.assign(this.record, change);
    const write = async () => {
      const mustHaveRun = () => requireLease(this.folder, this.id, this.record.process);
      await mustHaveRun();
      const content = { ...this.record, metrics: this.metrics, best: this.best };
      // Again at the end: the disk may have been slow.
      await writeJson(join(this.folder, 'run.json'), content, this.folder, { commit: mustHaveRun });
    };
    this.writing = this.writing.then(write, write);
    return this.writing;
  }
}

/** Whether no value is media: true for nearly every report. */
function areNumbers(values: Report['values']): values is Stats {
  for (const name in values) if (typeof values[name] !== 'number') return false;
  return true;
}

/** Numbers by name, rather than a report. */
function isStats(report: Report | Stats): report is Stats {
  let isEmpty = true;
  for (const name in report) {
    if (typeof (report as Readonly<Record<string, unknown>>)[name] !== 'number') return false;
    isEmpty = false;
  }
  return !isEmpty;
}

function noLoop(): ForgeError {
  return new ForgeError('USAGE', 'run.log(numbers) needs the body of a loop over run.steps.', {
    about: 'run.log',
    hint: 'Elsewhere, name the position: run.log({ step, epoch, split, values }).',
  });
}
