import { join } from 'node:path';
import type { EngineInfo, SessionState, Stats, TrainSession } from '../backend/backend.js';
import { BackgroundTask } from '../checkpoint/async/background-task.js';
import type { Retention } from '../checkpoint/policies/retention.js';
import type {
  CheckpointDetails,
  CheckpointStore,
  DataPosition,
  JsonState,
  TrainState,
} from '../checkpoint/store/checkpoint-store.js';
import { saveDelays, withRetries } from '../checkpoint/store/with-retries.js';
import { checkOptions } from '../errors/check-options.js';
import { messageOf } from '../errors/forge-error.js';
import { replaceNow } from '../fs/safe-files.js';
import { encodeNumbers } from '../json/json-number.js';
import { writeJson } from '../json/write-json.js';
import { type DeclaredDirections, findDirection, nameOfMetric } from '../metrics/metric-address.js';
import type { MetricSink } from '../metrics/metric-sink.js';
import { algorithm } from '../random/random-stream.js';
import type { RunHooks } from '../train/hooks/run-hooks.js';
import type { RunFolder } from './folder/run-folder.js';
import { isSameProcess, requireLease } from './lock/lease.js';
import { heartbeatInterval } from './record/heartbeat.js';
import type { RunRecord } from './record/run-record.js';

export interface RunParts {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly session: TrainSession;
  readonly engine: EngineInfo;
  readonly seed: number;
  /** What of its train state is JSON, by who owns it. */
  readonly state: Readonly<Record<string, unknown>>;
  readonly checkpoints: CheckpointStore;
  readonly retention: Retention;
  readonly metrics: MetricSink;
  /** Those of plugins that the run asks for. */
  readonly hooks: RunHooks;
  /** Which way metrics are better, as the model declares it. */
  readonly declared: DeclaredDirections;
  /** Takes a line that a person should see. */
  readonly warn: (message: string) => void;
  /** How long to wait before each further try of a save, ms. */
  readonly retryDelays?: readonly number[];
  /** Where it begins: nothing done, or the state that was restored. */
  readonly from: Position;
  /** An earlier copy of the session's state that is needed no more, for the first save to use its memory. */
  readonly spare?: SessionState;
}

/** Updates done, and where the training data stands. */
export interface Position {
  readonly step: number;
  readonly data: DataPosition;
  /** What else comes back with the checkpoint, as JSON by who owns it. */
  readonly state?: JsonState;
}

const reportFields = ['step', 'epoch', 'split', 'values', 'time'];
const reportOwner = { of: 'run.log(report)', synonyms: { metrics: 'values', stats: 'values' } };

/** A run being worked on by this process: its folder kept up to date. */
export class Run {
  readonly folder: string;
  /** `mnist/3` */
  readonly id: string;
  readonly from: RunParts['from'];
  /** Those of plugins: `Forge.train` calls them; a loop of one's own may. None of them throws. */
  readonly hooks: RunHooks;
  /** Changed in its place: a copy for each point that is logged would cost as much as writing it. */
  private readonly record: { -readonly [Key in keyof RunRecord]: RunRecord[Key] };
  private readonly newest: Map<string, Stats>;
  /** Metrics that have been logged by this process, by address. */
  private readonly seen = new Set<string>();
  private writing: Promise<void> = Promise.resolve();
  private readonly asyncSave = new BackgroundTask();
  /** Of the start or of the last checkpoint saved behind, for the next capture to use again: fresh memory costs more than the copy. */
  private spare: SessionState | undefined;
  private savedStep: number | null;
  private ended = false;
  private readonly heartbeat: NodeJS.Timeout;

  constructor(private readonly parts: RunParts) {
    this.folder = parts.folder.path;
    this.id = `${parts.folder.experiment}/${parts.folder.number}`;
    this.from = parts.from;
    this.hooks = parts.hooks;
    this.spare = parts.spare;
    this.record = { ...parts.record };
    this.savedStep = parts.from.step > 0 ? parts.from.step : null;
    this.newest = new Map(Object.entries(parts.record.metrics));
    // A heartbeat that cannot be written must not end the run; the next checkpoint will say what is wrong.
    this.heartbeat = setInterval(() => void this.writeRecord({}).catch(() => undefined), heartbeatInterval);
    this.heartbeat.unref();
  }

  /** The experiment's name and the run's number under it. */
  get place(): { readonly experiment: string; readonly number: number } {
    const { experiment, number } = this.parts.folder;
    return { experiment, number };
  }

  /** The step of the newest checkpoint; null before there is one. */
  get lastSaved(): number | null {
    return this.savedStep;
  }

  /** The newest numbers of each split. */
  get metrics(): Readonly<Record<string, Stats>> {
    return Object.fromEntries(this.newest);
  }

  /** Adds a point to every curve it names. Buffered: on disk within a second, and before any checkpoint. */
  log(report: { step: number; epoch: number; split: string; values: Stats }): void {
    checkOptions(report, reportFields, reportOwner);
    const { step, epoch, split, values } = report;
    this.parts.metrics.write({ step, epoch, time: Date.now(), split, values });
    this.record.step = step;
    this.record.epoch = epoch;
    this.newest.set(split, values);
    this.noteDirections(split, values);
  }

  /**
   * Saves a checkpoint of the session, and lets go of those that are no longer wanted. What the file system refuses is
   * tried again, with a warning.
   * @returns the checkpoint's folder
   * @throws ForgeError FILE_SYSTEM, LOSS_NOT_FINITE; earlier checkpoints are as they were
   */
  async save(position: Position): Promise<string> {
    await this.settle();
    const state = this.stateAt(position, await this.parts.session.capture(this.takeSpare()));
    const details = this.details(position);
    return this.write(position, () => this.parts.checkpoints.save(state, details));
  }

  /**
   * Takes the state for a checkpoint, which is saved behind the steps that follow: at most one at a time, so this waits
   * for the one before.
   * @param saved told of the checkpoint once it is on disk
   * @throws ForgeError what the save before has failed with
   */
  async saveAsync(position: Position, saved: (path: string) => void | Promise<void> = () => undefined): Promise<void> {
    await this.settle();
    const { session, checkpoints } = this.parts;
    const details = this.details(position);
    const taken = session.captureAside?.() ?? session.capture(this.takeSpare());
    const ready = session.captureAside === undefined ? await taken : taken;
    this.asyncSave.start(async () => {
      const given = { state: this.stateAt(position, await ready) };
      const path = await this.write(position, () => checkpoints.saveAsync(given, details));
      if (session.captureAside === undefined) this.spare = given.state;
      await saved(path);
    });
  }

  /** Whether a checkpoint is being saved behind the steps. */
  get saving(): boolean {
    return this.asyncSave.busy;
  }

  /** Whether that needs this thread at the moment. */
  get savingHere(): boolean {
    return this.asyncSave.busy && !this.parts.checkpoints.savesOnThread;
  }

  /** @throws ForgeError what a save behind the steps has failed with */
  checkSaves(): void {
    this.asyncSave.check();
  }

  /** Waits for the checkpoint that is being saved. @throws ForgeError what it has failed with */
  async settle(): Promise<void> {
    await this.asyncSave.settled();
    this.asyncSave.check();
  }

  /**
   * Says how the run ended, and closes its files. One whose last save behind has failed ends as failed, with the reason.
   * @throws ForgeError what that save has failed with, where another end was asked for
   */
  async finish(
    status: 'completed' | 'stopped' | 'failed',
    reason: string | null = null,
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

  /** Of each metric when it is first logged: what is known or declared now still holds when the best is asked for. */
  private noteDirections(split: string, values: Stats): void {
    for (const name in values) {
      const metric = nameOfMetric({ split, name });
      if (this.seen.has(metric)) continue;
      this.seen.add(metric);
      const direction = findDirection({ name, direction: undefined }, this.parts.declared);
      if (direction !== undefined) this.record.directions = { ...this.record.directions, [metric]: direction };
    }
  }

  /**
   * Writes down that the run has failed without waiting for anything, for the very end of a process; nothing where
   * another process has the run by now.
   */
  failNow(reason: string): void {
    if (this.ended) return;
    const end = { status: 'failed', reason, ended: new Date().toISOString(), metrics: this.metrics };
    try {
      replaceNow(join(this.folder, 'run.json'), (before) => {
        const { process: now } = JSON.parse(before) as RunRecord;
        if (!isSameProcess(now, this.record.process)) return null;
        return `${JSON.stringify({ ...this.record, ...end }, encodeNumbers, 2)}\n`;
      });
    } catch {
      // Then it is shown as crashed.
    }
  }

  private takeSpare(): SessionState | undefined {
    const { spare } = this;
    this.spare = undefined;
    return spare;
  }

  private stateAt({ step, data }: Position, state: SessionState): TrainState {
    return { ...state, step, data, random: { algorithm, seed: this.parts.seed } };
  }

  /** As of now: what is logged later is not for this checkpoint. */
  private details(position: Position): CheckpointDetails {
    const { session, engine } = this.parts;
    const state = { ...position.state, ...this.parts.state };
    return { engine, metrics: this.metrics, state, files: session.checkpointFiles?.bind(session) };
  }

  private async write({ step, data }: Position, save: () => Promise<string>): Promise<string> {
    const { metrics, retention, warn, retryDelays: delays = saveDelays } = this.parts;
    // Asked before each try: in the seconds between two, another process may have taken the run over.
    const whileOurs = <T>(work: () => Promise<T>): Promise<T> => {
      const tried = async () => {
        await requireLease(this.folder, this.id, this.record.process);
        return work();
      };
      return withRetries(tried, { delays, warn });
    };
    const path = await whileOurs(async () => {
      await metrics.flush();
      return save();
    });
    this.savedStep = step;
    await whileOurs(async () => {
      await retention.apply(step);
      await this.writeRecord({ step, epoch: data.epoch });
    });
    return path;
  }

  private writeRecord(change: Partial<RunRecord>): Promise<void> {
    Object.assign(this.record, change);
    const write = async () => {
      await requireLease(this.folder, this.id, this.record.process);
      await writeJson(join(this.folder, 'run.json'), { ...this.record, metrics: this.metrics });
    };
    this.writing = this.writing.then(write, write);
    return this.writing;
  }
}
