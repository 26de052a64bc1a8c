import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** What a job of the suite does, a line of the batch's file, in this order. */
export interface TestJob {
  /** Written at its start, with a line for each start: `<pid> <directory> <FORGE_TEST_WORD>`. */
  readonly started: string;
  readonly stdout?: string;
  readonly stderr?: string;
  /** Waits until the file exists. On SIGTERM it writes `saved` into `stopped` and ends, or goes on if it is stubborn. */
  readonly waitFor?: string;
  readonly stopped?: string;
  readonly stubborn?: boolean;
  readonly signal?: NodeJS.Signals;
  readonly status?: number;
}

/** Where it was asked to stop, it stops with this status: 128 + SIGTERM. */
const stoppedStatus = 143;

function jobAt(file: string, index: number): TestJob {
  return JSON.parse(readFileSync(file, 'utf8').split('\n')[index]!) as TestJob;
}

// It finishes its work also where no process reads its output any more.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const print = (stream: NodeJS.WriteStream, text: string | undefined) =>
  new Promise<void>((resolve) => void stream.write(text ?? '', () => resolve()));

/** @param stop aborted once the job is asked to stop */
async function work(job: TestJob, stop: AbortSignal): Promise<number> {
  appendFileSync(job.started, `${process.pid} ${process.cwd()} ${process.env.FORGE_TEST_WORD}\n`);
  await print(process.stdout, job.stdout);
  await print(process.stderr, job.stderr);
  while (job.waitFor !== undefined && !existsSync(job.waitFor)) {
    if (stop.aborted && job.stubborn !== true) {
      writeFileSync(job.stopped!, 'saved');
      return stoppedStatus;
    }
    await delay(10);
  }
  if (job.signal !== undefined) {
    process.kill(process.pid, job.signal);
    await delay(60_000);
  }
  return job.status ?? 0;
}

/** `job FILE INDEX`: one job, as any launcher starts it. */
async function runOne(file: string, index: number): Promise<void> {
  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort());
  process.exit(await work(jobAt(file, index), stop.signal));
}

/** `job --worker`: the jobs that its parent names, one after the other, as `forge job --worker`. */
function runWorker(): void {
  const running = new Map<string, AbortController>();
  process.on('message', async (message: { id: string; file: string; index: number } | { cancel: string }) => {
    if ('cancel' in message) return running.get(message.cancel)?.abort();
    const stop = new AbortController();
    running.set(message.id, stop);
    const status = await work(jobAt(message.file, message.index), stop.signal);
    running.delete(message.id);
    process.send?.({ id: message.id, status });
  });
  process.on('SIGTERM', () => {
    for (const stop of running.values()) stop.abort();
  });
  process.on('disconnect', () => {
    if (running.size === 0) process.exit();
  });
}

const [, , , file, index] = process.argv;
if (file === '--worker') runWorker();
else await runOne(file!, Number(index));
