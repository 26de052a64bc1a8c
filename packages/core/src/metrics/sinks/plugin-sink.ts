import { isPromiseLike } from '../../backend/border/party.js';
import { within } from '../../errors/time-limit.js';
import type { MetricRecord, MetricSink, MetricsEnd } from '../metric-sink.js';

/** How long the end of a run waits for a sink to send what it holds, ms. */
export const closeLimit = 10_000;

/**
 * A plugin's sink, kept from holding up training: its flush is begun at each checkpoint but not waited for, and its
 * close is waited for up to a limit. Its failures are thrown by the next call: for a sink that retries, until a flush
 * has succeeded.
 */
export class PluginSink implements MetricSink {
  private flushing: Promise<void> | undefined;
  private failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly sink: MetricSink,
    private readonly limit = closeLimit,
  ) {}

  /** As the sink has it at the time. */
  get retries(): boolean {
    return this.sink.retries === true;
  }

  write(record: MetricRecord): void {
    // One that retries keeps the record though it cannot send it.
    if (!this.retries) this.throwFailure();
    try {
      // Typed to return nothing, but an `async write` is easily written: its failure must not end the process.
      const result: unknown = this.sink.write(record);
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
    const late = () => new Error(`it was not closed after ${this.limit / 1000} s; what it still held may be lost`);
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
