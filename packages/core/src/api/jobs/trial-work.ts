import type { JobResult, TrialJob } from '../../jobs/job.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import { takeOver } from '../../run/lock/take-over.js';
import { readRunFlags } from '../../run/record/flags-file.js';
import { readRunRecord } from '../../run/record/read-run-record.js';
import type { ConfigObjects } from '../prepare/config-request.js';
import { type OpenedSetup, openSetup } from '../rerun/open-setup.js';
import { createServices } from '../services/create-services.js';
import type { Environment } from '../services/environment.js';
import type { Services } from '../services/services.js';
import type { ClaimedRecord } from './claimed-record.js';
import type { JobOptions } from './job-options.js';
import { resultOfRun } from './job-result.js';
import { prepareTrial, trialLayer } from './prepare-trial.js';
import { continuesOn, openOwnSetup, resumeTrial } from './resume-trial.js';
import { openTemplate, type Template } from './template.js';
import { trainJob } from './train-job.js';

/** The sweep whose trials this process trains: its template is read once. */
interface OpenSweep {
  readonly sweep: string;
  readonly id: string;
  readonly services: Services;
  readonly template: Template;
}

/** Trains trials of sweeps. The template and the engine are kept from one trial to the next where it can use them. */
export class TrialWork {
  #sweep: OpenSweep | undefined;
  #opened: OpenedSetup | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly configs: ConfigObjects | null,
  ) {}

  /** @throws ForgeError RUN_LOCKED where another process has the run; any error before there is a run */
  async train(job: TrialJob, record: ClaimedRecord, options: JobOptions): Promise<JobResult> {
    const { template } = await this.#openSweep(job);
    const folder = await record.runFolder(template.results);
    try {
      const result = await (folder === null
        ? this.#begin(job, record, options)
        : this.#goOn(folder, job, record, options));
      // What failed may have left the engine in any state.
      if (result.status === 'failed') await this.#closeSetup();
      return result;
    } catch (error) {
      await this.#closeSetup();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#closeSetup();
    this.#sweep = undefined;
  }

  async #begin(job: TrialJob, record: ClaimedRecord, options: JobOptions): Promise<JobResult> {
    const { services, template } = this.#sweep!;
    const opened = await this.#openSetup(job.flags);
    const experiment = await prepareTrial(services, template, opened, job);
    return trainJob(services, experiment, record, options, job);
  }

  async #goOn(folder: RunFolder, job: TrialJob, record: ClaimedRecord, options: JobOptions): Promise<JobResult> {
    const { services } = this.#sweep!;
    const { watchMs } = services.environment;
    if (record.takesOver) await takeOver(folder, { watchMs });
    const run = await readRunRecord(folder.path);
    if (run.status === 'completed') return resultOfRun(folder.path, job.objectives, 'completed', run.reason);
    const flags = await readRunFlags(folder.path);
    const shared = await this.#openSetup(job.flags);
    if (await continuesOn(shared, folder, run, flags)) {
      return trainJob(services, await resumeTrial(services, folder, run, flags, shared), record, options, job);
    }
    await using own = await openOwnSetup(services, folder, run, flags);
    return await trainJob(services, await resumeTrial(services, folder, run, flags, own), record, options, job);
  }

  async #openSweep({ sweep, id }: TrialJob): Promise<OpenSweep> {
    const known = this.#sweep;
    if (known?.sweep === sweep && known.id === id) return known;
    await this.close();
    const template = await openTemplate(sweep, this.configs);
    // What the template has is complete: variables of this process change nothing.
    const { directory } = template.setup;
    const services = createServices({ ...this.environment, directory, argv: [], env: {} });
    this.#sweep = { sweep, id, services, template };
    return this.#sweep;
  }

  async #openSetup(flags: TrialJob['flags']): Promise<OpenedSetup> {
    const { services, template } = this.#sweep!;
    const layer = trialLayer(template.setup.directory, flags);
    if (this.#opened?.fits(layer)) return this.#opened;
    await this.#closeSetup();
    this.#opened = await openSetup(services, template.setup, layer);
    return this.#opened;
  }

  async #closeSetup(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.[Symbol.asyncDispose]();
  }
}
