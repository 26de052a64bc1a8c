import { messageOf } from '../../errors/forge-error.js';
import type { MetricRecord, MetricSink, MetricsEnd } from '../metric-sink.js';

/**
 * Hands each record to many sinks. A sink that fails is left out from then on, after one warning, unless it keeps what
 * it could not write for a later try: a full disk or a faulty plugin must not end a training run.
 */
export class MetricHub implements MetricSink {
  private readonly sinks: Map<string, MetricSink>;
  private readonly warn: (message: string) => void;
  /** The names of those that keep what they could not write. */
  private readonly late = new Set<string>();

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
        this.failed(name, sink, error);
      }
    }
  }

  async flush(): Promise<void> {
    const flushes = Array.from(this.sinks, async ([name, sink]) => {
      try {
        await sink.flush();
        this.reached(name);
      } catch (error) {
        this.failed(name, sink, error);
      }
    });
    await Promise.all(flushes);
  }

  async close(end?: MetricsEnd): Promise<void> {
    const ends = Array.from(this.sinks, async ([name, sink]) => {
      try {
        await sink.close(end);
        this.reached(name);
      } catch (error) {
        this.leaveOut(name, sink, error);
      }
    });
    await Promise.all(ends);
    this.sinks.clear();
  }

  private failed(name: string, sink: MetricSink, error: unknown): void {
    if (!sink.retries) this.leaveOut(name, sink, error);
    else if (!this.late.has(name)) {
      this.late.add(name);
      this.warn(`Metrics do not reach ${name} for now, and wait: ${messageOf(error)}`);
    }
  }

  private reached(name: string): void {
    if (this.late.delete(name)) this.warn(`Metrics reach ${name} again, and none is missing.`);
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
