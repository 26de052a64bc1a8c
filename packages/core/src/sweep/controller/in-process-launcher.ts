import type { JobLauncher, JobState } from '../../train/launch/job-launcher.js';

/**
 * Does the jobs of a sweep in this process, one after the other: for configs that are objects of a script. Jobs that did
 * not end with the process are unknown to the next one.
 */
export class InProcessLauncher implements JobLauncher {
  readonly port = 2;
  readonly slots = 1;
  private readonly jobs = new Map<string, { state: JobState; readonly stop: AbortController }>();
  private readonly listeners = new Set<() => void>();

  /**
   * @param run does a job. What it throws is the reason that the job has no result.
   * @param close called once no more jobs are submitted
   */
  constructor(
    private readonly run: (file: string, index: number, stop: AbortSignal) => Promise<unknown>,
    readonly close: () => Promise<void> = async () => undefined,
  ) {}

  async submit({ name, command, count }: Parameters<JobLauncher['submit']>[0]): Promise<readonly string[]> {
    const file = command.at(-1)!;
    return Array.from({ length: count }, (_, index) => {
      const id = `${name}-${index}`;
      this.jobs.set(id, { state: { state: 'running', status: null, reason: null }, stop: new AbortController() });
      void this.work(id, file, index);
      return id;
    });
  }

  async find(): Promise<null> {
    return null;
  }

  async query(ids: readonly string[]): Promise<readonly JobState[]> {
    return ids.map((id) => this.jobs.get(id)?.state ?? { state: 'unknown', status: null, reason: null });
  }

  async cancel(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.jobs.get(id)?.stop.abort('SIGTERM');
  }

  attach(id: string): never {
    throw new Error(`${id} has no output of its own`);
  }

  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.listeners.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.listeners.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  private async work(id: string, file: string, index: number): Promise<void> {
    const job = this.jobs.get(id)!;
    try {
      await this.run(file, index, job.stop.signal);
      job.state = { state: 'ended', status: 0, reason: null };
    } catch (error) {
      job.state = { state: 'ended', status: 1, reason: error instanceof Error ? error.message : String(error) };
    }
    for (const listener of [...this.listeners]) listener();
  }
}
