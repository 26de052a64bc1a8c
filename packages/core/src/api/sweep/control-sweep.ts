import { flagVariables } from '../../config/flags/environment-flags.js';
import type { WatchOptions } from '../../run/lock/run-locked.js';
import { currentProcess } from '../../run/record/host-info.js';
import { claimSweep } from '../../sweep/controller/controller-claim.js';
import { FileStorage, makeSweepFolders } from '../../sweep/controller/file-storage.js';
import { type MakeSampler, SamplerFeed } from '../../sweep/controller/sampler-feed.js';
import { SweepController } from '../../sweep/controller/sweep-controller.js';
import type { SweepEnd } from '../../sweep/controller/sweep-hooks.js';
import { systemClock } from '../../sweep/controller/sweep-ports.js';
import { Journal } from '../../sweep/record/journal.js';
import { type ReplayedJournal, readJournal } from '../../sweep/record/read-journal.js';
import type { SweepFile } from '../../sweep/record/sweep-file.js';
import type { SweepState } from '../../sweep/record/sweep-state.js';
import { buildView } from '../../sweep/view/build-view.js';
import type { SweepView } from '../../sweep/view/sweep-view.js';
import type { JobLauncher } from '../../train/launch/job-launcher.js';
import { followStops } from '../../train/stop/follow-stops.js';
import type { Services } from '../services/services.js';
import type { PreparedSweep, SweepRunOptions } from './sweep-request.js';

/** A sweep and what it is controlled with. */
export interface ControlledSweep {
  readonly folder: string;
  /** With the number of workers that this controller has. */
  readonly sweep: SweepFile;
  readonly state: SweepState;
  readonly launcher: JobLauncher;
  readonly makeSampler: MakeSampler;
  /** The journal of a sweep that is resumed, as it was read before this process could control the sweep. */
  readonly replayed?: { readonly feed: SamplerFeed; readonly journal: ReplayedJournal };
  readonly program: readonly [string, ...string[]];
  /** Where the jobs start. */
  readonly directory: string;
  /** The seed of run 0 of each trial. */
  readonly seed: number;
  readonly watch: WatchOptions;
  /** Makes the folder of a new sweep. */
  create?(): Promise<void>;
  /** Writes its files, once no other process can. */
  begin?(): Promise<void>;
  /** The sweep ended before any job was started. */
  discard?(): Promise<void>;
}

/** A sweep that `run` controls. */
export class SweepHandle implements PreparedSweep {
  private state: SweepState;
  private isRunning = false;

  constructor(
    private readonly services: Services,
    private readonly parts: ControlledSweep,
  ) {
    this.state = parts.state;
  }

  get sweep(): SweepFile {
    return this.parts.sweep;
  }

  get folder(): string {
    return this.parts.folder;
  }

  progress(): SweepView {
    const controller = this.isRunning ? { process: currentProcess(), alive: true, heartbeat: Date.now() } : null;
    return buildView(this.state, { folder: this.folder, controller, now: this.isRunning ? Date.now() : null });
  }

  run(options: SweepRunOptions = {}): Promise<SweepEnd> {
    return this.control(options);
  }

  /** Ends the jobs of a sweep that no process controls. */
  stop(now: boolean): Promise<SweepEnd> {
    return this.control({}, (controller) => controller.requestStop(now));
  }

  private async control(options: SweepRunOptions, prepare?: (controller: SweepController) => void): Promise<SweepEnd> {
    const { folder, sweep, launcher, program, directory, seed, watch } = this.parts;
    const { hooks = {}, ...stops } = options;
    const stop = followStops(stops, 'run(options) of a sweep');
    try {
      await this.parts.create?.();
      const claim = await claimSweep(folder, watch);
      try {
        await this.parts.begin?.();
        await makeSweepFolders(folder);
        const { replayed, makeSampler } = this.parts;
        const feed = replayed?.feed ?? (await SamplerFeed.create(makeSampler, sweep.space));
        const { state, end } = await readJournal(folder, sweep, feed, replayed?.journal);
        this.state = state;
        const journal = await Journal.open(folder, end);
        try {
          const storage = new FileStorage(folder, sweep.name, journal, claim);
          const batch = {
            command: [...program, 'job'] as [string, ...string[]],
            ...{ directory, env: flagVariables(this.services.environment.env) },
          };
          const ports = { launcher, storage, clock: systemClock, batch, seed };
          this.isRunning = true;
          const controller = new SweepController(state, feed, ports, stop, hooks);
          prepare?.(controller);
          return await controller.run();
        } finally {
          await journal.close();
        }
      } finally {
        await claim.release();
      }
    } catch (error) {
      if (this.state.batches <= 1 && this.state.controllers <= 1) await this.parts.discard?.();
      throw error;
    } finally {
      this.isRunning = false;
      stop.release();
    }
  }
}
