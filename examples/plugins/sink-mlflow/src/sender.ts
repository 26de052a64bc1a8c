import { backoff } from './backoff.js';
import type { Pace } from './pace.js';
import { RequestError } from './request.js';

/**
 * Sends in the background: soon after new entries, with growing waits while it fails. It never keeps the process alive,
 * and never throws.
 */
export class Sender {
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> | undefined;
  private failures = 0;
  private failure: RequestError | undefined;
  private stopped = false;
  private again = false;

  /**
   * @param send sends all entries of the spool
   * @param warn called at the first failure, and at a permanent one
   */
  constructor(
    private readonly send: () => Promise<void>,
    private readonly warn: (reason: string, permanent: boolean) => void,
    private readonly pace: Pace,
  ) {}

  /** Called when there are new entries. */
  schedule(): void {
    if (this.sending !== undefined) this.again = true;
    else this.later(this.pace.interval);
  }

  /**
   * Sends the rest, with retries until the timeout; only one attempt if the last one failed.
   * @param abandon called at the timeout, to abort the request in flight
   */
  async drain(abandon: () => void): Promise<void> {
    const { patience } = this.pace;
    const ends = performance.now() + patience;
    const overdue = setTimeout(abandon, patience);
    const silent = this.failures > 0;
    clearTimeout(this.timer);
    await this.sending;
    do {
      clearTimeout(this.timer);
      if (this.stopped) break;
      await this.pass();
      if (this.failure === undefined) break;
      const wait = backoff(this.failures, this.pace, this.failure.retryAfter);
      if (silent || performance.now() + wait > ends) break;
      await new Promise((resolve) => setTimeout(resolve, wait));
    } while (performance.now() < ends);
    this.stopped = true;
    clearTimeout(this.timer);
    clearTimeout(overdue);
  }

  private later(ms: number): void {
    if (this.stopped) return;
    this.timer ??= setTimeout(() => void this.pass(), ms).unref();
  }

  private async pass(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.again = false;
    this.sending = this.attempt();
    await this.sending;
    this.sending = undefined;
    if (this.failure !== undefined) this.later(backoff(this.failures, this.pace, this.failure.retryAfter));
    else if (this.again) this.later(this.pace.interval);
  }

  private async attempt(): Promise<void> {
    try {
      await this.send();
      this.failures = 0;
      this.failure = undefined;
    } catch (error) {
      this.failures++;
      const reason = error instanceof Error ? error.message : String(error);
      this.failure =
        error instanceof RequestError ? error : new RequestError(reason, { retry: false, mayBeDone: true });
      if (!this.failure.retry) this.stopped = true;
      if (this.failures === 1 || this.stopped) this.warn(reason, this.stopped);
    }
  }
}
