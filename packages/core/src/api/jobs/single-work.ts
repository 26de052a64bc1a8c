import type { Job, JobResult } from '../../jobs/job.js';
import { takeOver } from '../../run/lock/take-over.js';
import { readRunRecord } from '../../run/record/read-run-record.js';
import type { ClaimedRecord } from './claimed-record.js';
import type { JobOptions, JobRunnerParts } from './job-options.js';
import { resultOfRun } from './job-result.js';
import { trainJob } from './train-job.js';

/** Trains runs of their own: new at first, and resumed once there is a run. */
export class SingleWork {
  constructor(private readonly parts: Pick<JobRunnerParts, 'services' | 'config'>) {}

  /** @throws ForgeError RUN_LOCKED where another process has the run; any error before there is a run */
  async train({ argv }: NonNullable<Job['train']>, record: ClaimedRecord, options: JobOptions): Promise<JobResult> {
    const { services, config } = this.parts;
    const folder = await record.runFolder();
    if (folder !== null) {
      if (record.takesOver) await takeOver(folder, { watchMs: services.environment.watchMs });
      const { status, reason } = await readRunRecord(folder.path);
      if (status === 'completed') return resultOfRun(folder.path, [], status, reason);
    }
    const request = folder === null ? { argv } : { argv: [], set: { resume: folder.path } };
    const experiment = await config(request);
    try {
      return await trainJob(services, experiment, record, options, {
        pauseAt: null,
        objectives: [],
        recordsResults: true,
      });
    } finally {
      await experiment.engine.dispose();
    }
  }
}
