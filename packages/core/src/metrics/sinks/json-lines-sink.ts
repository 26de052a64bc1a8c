import { MetricLineFormat } from '../log/metric-line.js';
import type { MetricRecord, MetricSink } from '../metric-sink.js';
import { JsonLinesFile } from './json-lines-file.js';

/** Appends to `metrics.jsonl`, one JSON object per line. */
export class JsonLinesSink implements MetricSink {
  private readonly file: JsonLinesFile<MetricRecord>;

  /** @throws ForgeError FILE_SYSTEM, PATH_UNSAFE */
  constructor(path: string) {
    const format = new MetricLineFormat();
    this.file = new JsonLinesFile(path, (record) => format.line(record));
  }

  write(record: MetricRecord): void {
    this.file.append(record);
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
