import { messageOf } from '../../errors/forge-error.js';
import type { MediaRecord, MetricRecord, MetricSink, MetricsEnd } from '../metric-sink.js';
import { isPngEncoderLoaded, loadPngEncoder } from '../png-encoder.js';

/**
 * Passes each record to many sinks. A sink that fails is removed after one warning, unless it keeps what it could not
 * write and retries: a full disk or a faulty plugin must not end a training run.
 */
export class MetricHub implements MetricSink {
  private readonly sinks: Map<string, MetricSink>;
  private readonly warn: (message: string) => void;
  /** Names of sinks with metrics that they could not write yet. */
  private readonly buffering = new Set<string>();

  private waiting: MediaRecord[] = [];
  private loading: Promise<void> | undefined;

  /** @param sinks by their name in warnings. */
  constructor(sinks: Readonly<Record<string, MetricSink>>, warn: (message: string) => void) {
    this.sinks = new Map(Object.entries(sinks));
    this.warn = warn;
  }

  write(record: MetricRecord): void {
    this.each((sink) => sink.write(record));
  }

  /** The first image waits until its encoder is loaded, and what is logged after it too. */
  writeMedia(record: MediaRecord): void {
    if (this.waiting.length === 0 && (record.value.kind !== 'image' || isPngEncoderLoaded())) {
      this.passMedia(record);
    } else if (this.waiting.push(record) === 1) {
      this.loading = this.passWaiting();
    }
  }

  private async passWaiting(): Promise<void> {
    try {
      await loadPngEncoder();
      for (const record of this.waiting) this.passMedia(record);
    } catch (error) {
      this.warn(`Images cannot be logged: ${messageOf(error)}`);
    }
    this.waiting = [];
  }

  private passMedia(record: MediaRecord): void {
    this.each((sink) => sink.writeMedia?.(record));
  }

  private each(call: (sink: MetricSink) => void): void {
    for (const [name, sink] of this.sinks) {
      try {
        call(sink);
      } catch (error) {
        this.failed(name, sink, error);
      }
    }
  }

  async flush(): Promise<void> {
    if (this.loading !== undefined) await this.loading;
    const flushes = Array.from(this.sinks, async ([name, sink]) => {
      try {
        await sink.flush();
        this.recovered(name);
      } catch (error) {
        this.failed(name, sink, error);
      }
    });
    await Promise.all(flushes);
  }

  async close(end?: MetricsEnd): Promise<void> {
    if (this.loading !== undefined) await this.loading;
    const ends = Array.from(this.sinks, async ([name, sink]) => {
      try {
        await sink.close(end);
        this.recovered(name);
      } catch (error) {
        this.removeSink(name, sink, error);
      }
    });
    await Promise.all(ends);
    this.sinks.clear();
  }

  private failed(name: string, sink: MetricSink, error: unknown): void {
    if (!sink.retries) this.removeSink(name, sink, error);
    else if (!this.buffering.has(name)) {
      this.buffering.add(name);
      this.warn(`${name} is unavailable; buffering metrics: ${messageOf(error)}`);
    }
  }

  private recovered(name: string): void {
    if (this.buffering.delete(name)) this.warn(`${name} is available again; no metrics were lost.`);
  }

  private removeSink(name: string, sink: MetricSink, error: unknown): void {
    if (!this.sinks.delete(name)) return;
    this.warn(`Stopped writing metrics to ${name}: ${messageOf(error)}`);
    // It may hold a file open. A second error on close adds nothing.
    Promise.resolve()
      .then(() => sink.close())
      .catch(() => undefined);
  }
}
