import { isPromiseLike } from '../../backend/border/party.js';
import { within } from '../../errors/time-limit.js';
import type { MediaRecord, MetricRecord, MetricSink, MetricsEnd } from '../metric-sink.js';

/** How long the end of a run waits for a sink to close, ms. */
export const closeLimit = 10_000;

/**
 * Wraps a plugin's sink so that it cannot block training: its flush is started but not awaited, and its close is awaited
 * up to a limit. An error is thrown by the next call; for a sink that retries, by every call until a flush succeeds.
 */
export class PluginSink implements MetricSink {
  private flushing: Promise<void> | undefined;
  private failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly sink: MetricSink,
    private readonly limit = closeLimit,
  ) {}

  /** Read on each call: the sink may change it. */
  get retries(): boolean {
    return this.sink.retries === true;
  }

  write(record: MetricRecord): void {
    this.attemptNow(() => this.sink.write(record));
  }

  writeMedia(record: MediaRecord): void {
    this.attemptNow(() => this.sink.writeMedia?.(record));
  }

  private attemptNow(call: () => unknown): void {
    // A sink that retries keeps the record even if it cannot send it.
    if (!this.retries) this.throwFailure();
    try {
      // The type says void, but an `async write` is an easy mistake: its rejection must not end the process.
      const result = call();
      if (isPromiseLike(result)) void this.attempt(() => result);
    } catch (error) {
      this.failure ??= { error };
    }
    this.throwFailure();
  }

  flush(): void {
    if (!this.retries) this.throwFailure();
    if (this.flushing === undefined) {
      const before = this.failure;
      this.flushing = this.attempt(async () => {
        await this.sink.flush();
        if (this.failure === before) this.failure = undefined;
      }).then(() => {
        this.flushing = undefined;
      });
    }
    this.throwFailure();
  }

  async close(end?: MetricsEnd): Promise<void> {
    const close = async () => {
      await this.flushing;
      await this.sink.close(end);
    };
    const late = () => new Error(`it did not close within ${this.limit / 1000} s; unsent metrics may be lost`);
    await within(this.limit, close(), late);
    if (!this.retries) this.throwFailure();
  }

  private async attempt(action: () => unknown): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.failure ??= { error };
    }
  }

  private throwFailure(): void {
    if (this.failure === undefined) return;
    const { error } = this.failure;
    throw error;
  }
}
