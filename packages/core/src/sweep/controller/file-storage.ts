import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FileCheckpointStore } from '../../checkpoint/file-checkpoint-store.js';
import { isForgeError } from '../../errors/forge-error.js';
import { writeFileAtomic } from '../../fs/atomic-file.js';
import { makeSafeFolder, removeInside } from '../../fs/safe-files.js';
import type { Job, JobRecord } from '../../jobs/job.js';
import { readJobRecord } from '../../jobs/job-record.js';
import { removeCheckpoints } from '../../run/checkpoints/remove-checkpoints.js';
import type { Journal } from '../record/journal.js';
import type { JournalEvent } from '../record/journal-event.js';
import type { ControllerClaim } from './controller-claim.js';
import type { SweepStorage } from './sweep-ports.js';
import { readRequests, requestsName, type SweepRequestMessage } from './sweep-requests.js';

/** The folders of a sweep that its controller and its jobs write to. */
const folders = ['jobs', 'trials', requestsName];

/** Creates the folders of a sweep. @throws ForgeError PATH_UNSAFE, FILE_SYSTEM */
export async function makeSweepFolders(sweep: string): Promise<void> {
  for (const name of folders) await makeSafeFolder(join(sweep, name), sweep);
}

/** The files in a sweep's folder. */
export class FileStorage implements SweepStorage {
  readonly jobsFolder: string;
  /** When the folder of requests last changed. */
  private requestsAt: string | undefined;

  constructor(
    readonly folder: string,
    private readonly name: string,
    private readonly journal: Journal,
    private readonly claim: ControllerClaim,
  ) {
    this.jobsFolder = join(folder, 'jobs');
  }

  async append(events: readonly JournalEvent[], options: { readonly sync: boolean }): Promise<void> {
    await this.claim.check();
    await this.journal.append(events, options);
  }

  async writeJobs(batch: number, jobs: readonly Job[]): Promise<string> {
    const file = this.jobsFile(batch);
    const lines = jobs.map((job) => `${JSON.stringify(job)}\n`);
    await writeFileAtomic(file, lines.join(''), { root: this.folder, durable: false });
    return file;
  }

  jobsFile(batch: number): string {
    return join(this.jobsFolder, `${batch}.jsonl`);
  }

  recordFile(trial: number, repeat: number): string {
    return join(this.folder, 'trials', repeat === 0 ? `${trial}.json` : `${trial}-${repeat}.json`);
  }

  /** A damaged record is as if the job had recorded nothing. */
  async readRecord(trial: number, repeat: number): Promise<JobRecord | null> {
    try {
      return await readJobRecord(this.recordFile(trial, repeat));
    } catch (error) {
      if (isForgeError(error) && error.code === 'RUN_INVALID') return null;
      throw error;
    }
  }

  /** Lists the folder only when it has changed: one call to the file system while nothing is requested. */
  async requests(): Promise<readonly SweepRequestMessage[]> {
    const status = await stat(join(this.folder, requestsName), { bigint: true }).catch(() => undefined);
    if (status === undefined) return [];
    const changed = `${status.mtimeNs} ${status.ctimeNs}`;
    // Within the resolution of its clock, a folder may change twice at one time.
    const isRecent = Date.now() - Number(status.mtimeMs) < 5_000;
    if (changed === this.requestsAt && !isRecent) return [];
    this.requestsAt = changed;
    return readRequests(this.folder);
  }

  async removeRequest(file: string): Promise<void> {
    await removeInside(join(this.folder, requestsName, file), this.folder);
  }

  beat(): Promise<void> {
    return this.claim.beat();
  }

  async removeCheckpoints(number: number): Promise<void> {
    const path = join(this.folder, String(number));
    const steps = await new FileCheckpointStore(join(path, 'checkpoints')).steps();
    if (steps.length === 0) return;
    await removeCheckpoints({ path, experiment: this.name, number }, steps, { force: true });
  }
}
