import { MetricLineFormat } from '../log/metric-line.js';
import type { MetricRecord, MetricSink } from '../metric-sink.js';
import { JsonLinesFile } from './json-lines-file.js';

/** Appends to `metrics.jsonl`, one JSON object per line. */
export class JsonLinesSink implements MetricSink {
  private readonly file: JsonLinesFile;
  private readonly format = new MetricLineFormat();

  /** @throws ForgeError FILE_SYSTEM, PATH_UNSAFE */
  constructor(path: string) {
    this.file = new JsonLinesFile(path);
  }

  write(record: MetricRecord): void {
    this.file.append(this.format.line(record));
  }

  get retries(): boolean {
    return this.file.retries;
  }

  flush(): Promise<void> {
    return this.file.flush();
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
