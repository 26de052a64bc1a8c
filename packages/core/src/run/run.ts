import { join } from 'node:path';
import type { EngineInfo, Stats, TrainSession } from '../backend/backend.js';
import type { CheckpointStore, DataPosition } from '../checkpoint/checkpoint-store.js';
import type { Retention } from '../checkpoint/policies/retention.js';
import { writeJson } from '../files/json-file.js';
import type { MetricSink } from '../metrics/metric-sink.js';
import { algorithm } from '../random/random-stream.js';
import type { RunHooks } from '../train/run-hooks.js';
import type { RunFolder } from './run-folder.js';
import type { RunRecord } from './run-record.js';

export interface RunParts {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly session: TrainSession;
  readonly engine: EngineInfo;
  readonly seed: number;
  readonly checkpoints: CheckpointStore;
  readonly retention: Retention;
  readonly metrics: MetricSink;
  /** Those of plugins that the run asks for. */
  readonly hooks: RunHooks;
  /** Where it begins: nothing done, or the state that was restored. */
  readonly from: { readonly step: number; readonly data: DataPosition };
}

/** How often `run.json` is written while nothing else happens, ms: what tells a live run from a dead one elsewhere. */
export const heartbeatInterval = 10_000;

/** A run being worked on by this process: its folder kept up to date. */
export class Run {
  readonly folder: string;
  /** `mnist/3` */
  readonly id: string;
  readonly from: RunParts['from'];
  /** Those of plugins: `Forge.train` calls them; a loop of one's own may. None of them throws. */
  readonly hooks: RunHooks;
  private record: RunRecord;
  private writing: Promise<void> = Promise.resolve();
  private readonly heartbeat: NodeJS.Timeout;

  constructor(private readonly parts: RunParts) {
    this.folder = parts.folder.path;
    this.id = `${parts.folder.experiment}/${parts.folder.number}`;
    this.from = parts.from;
    this.hooks = parts.hooks;
    this.record = parts.record;
    // A heartbeat that cannot be written must not end the run; the next checkpoint will say what is wrong.
    this.heartbeat = setInterval(() => void this.writeRecord({}).catch(() => undefined), heartbeatInterval);
    this.heartbeat.unref();
  }

  /** The experiment's name and the run's number under it. */
  get place(): { readonly experiment: string; readonly number: number } {
    const { experiment, number } = this.parts.folder;
    return { experiment, number };
  }

  /** The newest numbers of each split. */
  get metrics(): Readonly<Record<string, Stats>> {
    return this.record.metrics;
  }

  /** Adds a point to every curve it names. Buffered: on disk within a second, and before any checkpoint. */
  log({ step, epoch, split, values }: { step: number; epoch: number; split: string; values: Stats }): void {
    this.parts.metrics.write({ step, epoch, time: Date.now(), split, values });
    this.record = { ...this.record, step, epoch, metrics: { ...this.record.metrics, [split]: values } };
  }

  /**
   * Saves a checkpoint of the session, and lets go of those that are no longer wanted.
   * @param position updates done, and where the training data stands
   * @returns the checkpoint's folder
   * @throws ForgeError FILE_SYSTEM, LOSS_NOT_FINITE; earlier checkpoints are as they were
   */
  async save({ step, data }: { step: number; data: DataPosition }): Promise<string> {
    const { session, engine, seed, checkpoints, retention, metrics } = this.parts;
    const state = await session.capture();
    await metrics.flush();
    const path = await checkpoints.save(
      { ...state, step, data, random: { algorithm, seed } },
      { engine, metrics: this.record.metrics, files: session.checkpointFiles?.bind(session) },
    );
    await retention.apply(step);
    await this.writeRecord({ step, epoch: data.epoch });
    return path;
  }

  /** Says how the run ended, and closes its files. */
  async finish(
    status: 'completed' | 'stopped' | 'failed',
    reason: string | null = null,
    epoch = this.record.epoch,
  ): Promise<void> {
    clearInterval(this.heartbeat);
    await this.parts.metrics.close();
    await this.writeRecord({ status, reason, epoch, ended: new Date().toISOString() });
  }

  private writeRecord(change: Partial<RunRecord>): Promise<void> {
    this.record = { ...this.record, ...change };
    const write = () => writeJson(join(this.folder, 'run.json'), this.record);
    this.writing = this.writing.then(write, write);
    return this.writing;
  }
}
