import { dirname } from 'node:path';
import { isForgeError, messageOf } from '../../errors/forge-error.js';
import type { JobResult, Objective, PausePoint } from '../../jobs/job.js';
import { parseMetricAddress } from '../../metrics/metric-address.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import type { Services } from '../services/services.js';
import { train } from '../train/train.js';
import type { ClaimedRecord } from './claimed-record.js';
import type { JobOptions } from './job-options.js';
import { resultOfRun } from './job-result.js';

export interface JobTraining {
  readonly pauseAt: PausePoint | null;
  readonly objectives: readonly Objective[];
  /** Whether the record names the folder of all experiments too: of a sweep it is known. */
  readonly recordsResults?: boolean;
}

/**
 * Trains a prepared run for a job, which records the run's folder before it is a run: no run of a job is lost.
 * @throws ForgeError RUN_LOCKED where another process has the run; any error before there is a run
 */
export async function trainJob(
  services: Services,
  experiment: PreparedRun,
  record: ClaimedRecord,
  { hooks = {}, signal, stop, onRun }: JobOptions,
  { pauseAt, objectives, recordsResults = false }: JobTraining,
): Promise<JobResult> {
  const { reopened } = experiment;
  const placeOf = ({ path, experiment, number }: RunFolder) => ({
    ...(recordsResults ? { results: dirname(dirname(path)) } : {}),
    experiment,
    number,
  });
  let folder: RunFolder | undefined = reopened?.folder;
  const onFolder = async (made: RunFolder) => {
    await record.setRun(placeOf(made));
    folder = made;
  };
  if (reopened !== null) await record.setRun(placeOf(reopened.folder));
  let began = reopened !== null;
  try {
    const { status, reason, paused } = await train(
      services,
      { ...experiment, objectives: objectives.map(({ metric }) => parseMetricAddress(metric)!), onFolder },
      {
        hooks,
        signal,
        stop,
        ...(pauseAt === null ? {} : { pauseAt: { [pauseAt.unit]: pauseAt.at } as never }),
        onRun: (run) => {
          began = true;
          onRun?.(run, experiment);
        },
      },
    );
    const ended = status === 'completed' ? status : paused ? 'paused' : 'interrupted';
    return await resultOfRun(folder!.path, objectives, ended, paused ? null : reason);
  } catch (error) {
    const stopped = isForgeError(error) && error.code === 'STOPPED';
    if (!began || folder === undefined || (isForgeError(error) && error.code === 'RUN_LOCKED')) throw error;
    return resultOfRun(folder.path, objectives, stopped ? 'interrupted' : 'failed', messageOf(error));
  }
}
