import { messageOf } from '../errors/forge-error.js';
import type { MetricRecord, MetricSink, MetricsEnd } from './metric-sink.js';

/**
 * Hands each record to many sinks. A sink that fails is left out from then on, after one warning: a full disk or a
 * faulty plugin must not end a training run.
 */
export class MetricHub implements MetricSink {
  private readonly sinks: Map<string, MetricSink>;
  private readonly warn: (message: string) => void;

  /** @param sinks by the name a warning calls them. */
  constructor(sinks: Readonly<Record<string, MetricSink>>, warn: (message: string) => void) {
    this.sinks = new Map(Object.entries(sinks));
    this.warn = warn;
  }

  write(record: MetricRecord): void {
    for (const [name, sink] of this.sinks) {
      try {
        sink.write(record);
      } catch (error) {
        this.leaveOut(name, sink, error);
      }
    }
  }

  async flush(): Promise<void> {
    await Promise.all(Array.from(this.sinks, ([name, sink]) => this.settle(name, sink, () => sink.flush())));
  }

  async close(end?: MetricsEnd): Promise<void> {
    await Promise.all(Array.from(this.sinks, ([name, sink]) => this.settle(name, sink, () => sink.close(end))));
    this.sinks.clear();
  }

  private async settle(name: string, sink: MetricSink, action: () => void | Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.leaveOut(name, sink, error);
    }
  }

  private leaveOut(name: string, sink: MetricSink, error: unknown): void {
    if (!this.sinks.delete(name)) return;
    this.warn(`Metrics no longer go to ${name}: ${messageOf(error)}`);
    // It may hold a file open; that it cannot close properly either is no news.
    Promise.resolve()
      .then(() => sink.close())
      .catch(() => undefined);
  }
}
