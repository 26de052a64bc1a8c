import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Job, JobResult, TrialJob } from '../../jobs/job.js';
import { ForgeLibrary } from '../forge.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import { createServices } from '../services/create-services.js';
import { defaultEnvironment } from '../services/environment.js';
import type { JobOptions, JobPlace } from './job-options.js';
import type { JobRunner } from './job-runner.js';
import { readTemplate, writeTemplate } from './template.js';

export const objectives = [{ metric: 'valid.loss', direction: 'min', value: 'last' }] as const;

/** Writes the template of a sweep from a command line. @returns the sweep's folder */
export async function writeSweep(directory: string, argv: readonly string[], name = 'lines'): Promise<string> {
  const forge = new ForgeLibrary({ directory, argv });
  await using experiment = await forge.config();
  return writeSweepOf(directory, experiment, name);
}

export async function writeSweepOf(directory: string, experiment: PreparedRun, name: string): Promise<string> {
  const services = createServices({ ...defaultEnvironment(), directory, argv: [] });
  const results = join(directory, 'results');
  const sweep = join(results, name);
  const setup = await readTemplate(services, experiment, results);
  await mkdir(sweep, { recursive: true });
  await writeTemplate(services, sweep, experiment, setup);
  return sweep;
}

/** Writes a batch of one job. */
export async function writeJob(sweep: string, job: Partial<Job> & { readonly trial: TrialJob }): Promise<JobPlace> {
  const { trial, repeat } = job.trial;
  const record = join(sweep, 'trials', repeat === 0 ? `${trial}.json` : `${trial}-${repeat}.json`);
  const whole: Job = { record, attempt: 1, launcher: null, ...job };
  return writeJobs(join(sweep, 'jobs', `${trial}-${repeat}-${whole.attempt}.jsonl`), [whole]);
}

export async function writeJobs(file: string, jobs: readonly Job[]): Promise<JobPlace> {
  await mkdir(dirname(file), { recursive: true });
  for (const { record } of jobs) await mkdir(dirname(record), { recursive: true });
  await writeFile(file, jobs.map((job) => `${JSON.stringify(job)}\n`).join(''));
  return { file, index: 0 };
}

export function trialOf(
  sweep: string,
  trial: number,
  flags: TrialJob['flags'],
  more: Partial<TrialJob> = {},
): TrialJob {
  return { sweep, id: 'a1', trial, repeat: 0, flags, pauseAt: null, objectives, ...more };
}

/** Does one job of a trial, with a runner of its own or one that is reused. */
export async function doTrial(
  trial: TrialJob,
  job: Partial<Job> = {},
  options: JobOptions = {},
  runner?: JobRunner,
): Promise<JobResult> {
  const place = await writeJob(trial.sweep, { ...job, trial });
  if (runner !== undefined) return runner.run(place, options);
  await using own = await new ForgeLibrary({ argv: [], warn: () => undefined }).jobRunner();
  return await own.run(place, options);
}
