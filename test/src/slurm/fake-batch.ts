import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { JobBatch, JobLauncher, JobState } from '@forge-ml/core/plugin';
import type { FakeJob } from './fake-job.js';
import { type SlurmFlags, slurmLauncher } from './flags.js';

const program = fileURLToPath(new URL('./fake-job.js', import.meta.url));

/** A batch of fake jobs on the cluster. */
export interface FakeBatch {
  readonly batch: JobBatch;
  readonly launcher: JobLauncher;
  readonly ids: readonly string[];
  /** The lines that a job wrote, its steps omitted. */
  events(index: number): Promise<string[]>;
  /** Whether each step was done once, in order. */
  steps(index: number): Promise<number[]>;
  until(what: string, is: () => Promise<boolean>): Promise<void>;
  /** @returns the states once all have ended */
  ended(): Promise<readonly JobState[]>;
}

export async function submitFakes(
  folder: string,
  name: string,
  flags: Partial<SlurmFlags>,
  steps: number,
  count = 1,
): Promise<FakeBatch> {
  await mkdir(join(folder, name), { recursive: true });
  const fileOf = (index: number, kind: string) => join(folder, name, `${index}.${kind}`);
  const jobs = Array.from(
    { length: count },
    (_, index): FakeJob => ({ saved: fileOf(index, 'saved'), events: fileOf(index, 'events'), steps, flags }),
  );
  const file = join(folder, name, 'jobs.jsonl');
  await writeFile(file, jobs.map((job) => `${JSON.stringify(job)}\n`).join(''));
  const batch: JobBatch = {
    ...{
      name: `${name}-${process.pid}`,
      folder: join(folder, name),
      count,
      throttle: null,
      directory: folder,
      env: {},
    },
    command: [process.execPath, program, 'job', file],
  };
  const launcher = await slurmLauncher(flags);
  const ids = await launcher.submit(batch);
  const lines = async (index: number) => {
    const text = await readFile(fileOf(index, 'events'), 'utf8').catch(() => '');
    return text.split('\n').slice(0, -1);
  };
  const until = async (what: string, is: () => Promise<boolean>) => {
    for (const end = Date.now() + 120_000; !(await is()); await sleep(500)) {
      if (Date.now() < end) continue;
      const states = await launcher.query(ids);
      throw new Error(`${what} did not happen: ${JSON.stringify(states)} ${(await lines(0)).join(', ')}`);
    }
  };
  return {
    batch,
    launcher,
    ids,
    until,
    events: async (index) => (await lines(index)).filter((line) => !line.startsWith('step')),
    steps: async (index) =>
      (await lines(index)).filter((line) => line.startsWith('step')).map((line) => Number(line.slice(5))),
    async ended() {
      await until('the end', async () => (await launcher.query(ids)).every(({ state }) => state === 'ended'));
      return await launcher.query(ids);
    },
  };
}
