import { ok, strictEqual } from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { JobBatch, JobLauncher, JobState } from '../../train/launch/job-launcher.js';
import type { TestJob } from './job-program.js';
import type { LauncherConformanceOptions } from './options.js';

const program = fileURLToPath(new URL('./job-program.js', import.meta.url));

/** A batch of the test, and what its jobs write. */
export interface TestBatch {
  readonly batch: JobBatch;
  readonly ids: readonly string[];
  /** Lines that job `index` wrote at its starts. */
  starts(index: number): Promise<string[]>;
  /** Ends the wait of a job. */
  release(index: number): Promise<void>;
  /** What the job wrote when it was asked to stop; undefined if it was not. */
  saved(index: number): Promise<string | undefined>;
}

export type JobOf = Omit<TestJob, 'started' | 'waitFor' | 'stopped'> & { readonly waits?: boolean };

/** What each group of tests is given. */
export interface LauncherSubject {
  readonly options: LauncherConformanceOptions;
  /** The launcher of this test. */
  launcher(): JobLauncher;
  /** Another one, as another process would make. */
  open(): Promise<JobLauncher>;
  /** Submits a batch of jobs. */
  submit(jobs: readonly JobOf[], more?: Partial<JobBatch>): Promise<TestBatch>;
  /** A batch that is not submitted. */
  prepare(jobs: readonly JobOf[], more?: Partial<JobBatch>): Promise<JobBatch>;
  /** Waits until a job has this state. */
  reaches(id: string, state: JobState['state'], from?: JobLauncher): Promise<JobState>;
  /** Waits until it holds. */
  until(what: string, holds: () => Promise<boolean> | boolean): Promise<void>;
  /** Keeps a promise that something does not happen, for a moment. */
  moment(): Promise<void>;
}

/** @param folder of this test @param submitted notes what has to be ended after it */
export function subjectOf(
  options: LauncherConformanceOptions,
  folder: () => string,
  launcher: () => JobLauncher,
  submitted: (ids: readonly string[], release: () => Promise<void>) => void,
): LauncherSubject {
  let batches = 0;
  const seconds = options.seconds ?? 20;
  const fileOf = (name: string, index: number, what: string) => join(folder(), name, `${index}.${what}`);
  const prepare: LauncherSubject['prepare'] = async (jobs, more = {}) => {
    const name = more.name ?? `suite-${process.pid}-${Date.now()}-${++batches}`;
    const own = join(folder(), name);
    await mkdir(join(own, 'launcher'), { recursive: true });
    const lines = jobs.map(({ waits, ...job }, index): string => {
      const place = (what: string) => fileOf(name, index, what);
      const waiting = waits === true ? { waitFor: place('go'), stopped: place('stopped') } : {};
      return JSON.stringify({ ...job, ...waiting, started: place('started') } satisfies TestJob);
    });
    await writeFile(join(own, 'jobs.jsonl'), `${lines.join('\n')}\n`);
    return {
      name,
      folder: join(own, 'launcher'),
      command: [process.execPath, program, 'job', join(own, 'jobs.jsonl')],
      count: jobs.length,
      throttle: null,
      directory: own,
      env: { FORGE_TEST_WORD: 'hello' },
      ...more,
    };
  };
  const until: LauncherSubject['until'] = async (what, holds) => {
    const end = Date.now() + seconds * 1000;
    while (!(await holds())) {
      ok(Date.now() < end, `${what} did not happen within ${seconds} s`);
      await delay(20);
    }
  };
  return {
    options,
    launcher,
    open: async () => options.open(),
    prepare,
    until,
    async submit(jobs, more) {
      const batch = await prepare(jobs, more);
      const release = (index: number) => writeFile(fileOf(batch.name, index, 'go'), '');
      const ids = await launcher().submit(batch);
      submitted(ids, async () => {
        for (const index of jobs.keys()) await release(index);
      });
      strictEqual(ids.length, jobs.length, 'submit gives an id for each job');
      return {
        batch,
        ids,
        release,
        async starts(index) {
          const text = await readFile(fileOf(batch.name, index, 'started'), 'utf8').catch(() => '');
          return text.split('\n').slice(0, -1);
        },
        saved: (index) => readFile(fileOf(batch.name, index, 'stopped'), 'utf8').catch(() => undefined),
      };
    },
    async reaches(id, state, from = launcher()) {
      let last: JobState | undefined;
      await until(`${state} of ${id}`, async () => {
        [last] = await from.query([id]);
        return last!.state === state;
      });
      return last!;
    },
    moment: () => delay(300),
  };
}
