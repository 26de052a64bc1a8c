import { within } from '../errors/time-limit.js';
import type { MetricRecord, MetricSink, MetricsEnd } from './metric-sink.js';

/** How long the end of a run waits for a sink to send what it holds, ms. */
export const closeLimit = 10_000;

/**
 * A plugin's sink, kept from holding up training: its flush is begun at each checkpoint but not waited for, and its
 * close is waited for up to a limit. Its failures come out at the next call.
 */
export class PluginSink implements MetricSink {
  private flushing: Promise<void> | undefined;
  private failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly sink: MetricSink,
    private readonly limit = closeLimit,
  ) {}

  write(record: MetricRecord): void {
    this.throwFailure();
    this.sink.write(record);
  }

  flush(): void {
    this.throwFailure();
    if (this.flushing !== undefined) return;
    this.flushing = this.attempt(() => this.sink.flush()).then(() => {
      this.flushing = undefined;
    });
  }

  async close(end?: MetricsEnd): Promise<void> {
    const close = async () => {
      await this.flushing;
      await this.sink.close(end);
    };
    const late = () => new Error(`it was not closed after ${this.limit / 1000} s; what it still held may be lost`);
    await within(this.limit, close(), late);
    this.throwFailure();
  }

  private async attempt(action: () => void | Promise<void>): Promise<void> {
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
