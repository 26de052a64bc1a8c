import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { isMissing } from '../../fs/fs-error.js';
import type { JobRecord, JobResult } from '../../jobs/job.js';
import { type JobOrder, readJobRecord, replaces, writeJobRecord } from '../../jobs/job-record.js';
import { checkExperimentName, discardRunFolder, type RunFolder } from '../../run/folder/run-folder.js';
import { currentProcess } from '../../run/record/host-info.js';

/** The record file of a job that this process does, until a later job of the same record replaces it. */
export class ClaimedRecord {
  private constructor(
    private readonly path: string,
    private record: JobRecord,
    /** Whether an earlier job of the record may still be running: its run is then taken from it. */
    readonly takesOver: boolean,
  ) {}

  /**
   * Records that this process does the job.
   * @returns null where a later job has replaced it
   * @throws ForgeError RUN_INVALID, FILE_SYSTEM
   */
  static async claim(path: string, order: JobOrder): Promise<ClaimedRecord | null> {
    const before = await readJobRecord(path);
    if (before !== null && replaces(before, order)) return null;
    const takesOver = before !== null && replaces(order, before);
    // The same job again, for instance because its result was not received.
    const result = takesOver ? null : (before?.result ?? null);
    const record = { ...order, process: currentProcess(), run: before?.run ?? null, result };
    const claimed = new ClaimedRecord(path, record, takesOver);
    // The first job of a record replaces none.
    const isFirst = before === null && order.attempt === 1 && order.restart === 0;
    if (result === null && !isFirst) await writeJobRecord(path, record, { durable: false });
    return claimed;
  }

  /** The result that was recorded before. */
  get result(): JobResult | null {
    return this.record.result;
  }

  /**
   * The folder of its run; null before there is one. A folder without `run.json`, of a job that was killed there, is
   * removed.
   * @param results the folder of all experiments. Default: as recorded
   */
  async runFolder(results = this.record.run?.results): Promise<RunFolder | null> {
    const { run } = this.record;
    if (run === null || results === undefined) return null;
    const { experiment, number } = run;
    const folder = {
      path: join(results, checkExperimentName(experiment), String(number)),
      experiment,
      number,
    };
    if (await exists(join(folder.path, 'run.json'))) return folder;
    if (await exists(folder.path)) await discardRunFolder(folder);
    return null;
  }

  /** @throws ForgeError RUN_LOCKED where a later job has replaced this one */
  async setRun(run: NonNullable<JobRecord['run']>): Promise<void> {
    await this.change({ run }, true);
  }

  /** @throws ForgeError RUN_LOCKED where a later job has replaced this one */
  async end(result: JobResult): Promise<void> {
    // The run itself has its end, durably: without the record, it is only read again.
    await this.change({ result }, false);
  }

  /** Whether a later job has replaced this one. */
  async isReplaced(): Promise<boolean> {
    const now = await readJobRecord(this.path);
    return now !== null && replaces(now, this.record);
  }

  private async change(change: Partial<JobRecord>, durable: boolean): Promise<void> {
    if (await this.isReplaced()) throw replaced(this.path);
    this.record = { ...this.record, ...change };
    await writeJobRecord(this.path, this.record, { durable });
  }
}

function replaced(path: string): ForgeError {
  return new ForgeError('RUN_LOCKED', 'This job was replaced by a later attempt.', { about: path });
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
