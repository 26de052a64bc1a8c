import { join } from 'node:path';
import { writeNow } from '../../fs/safe-files.js';
import type { MediaRecord, MetricSink } from '../metric-sink.js';
import { JsonLinesFile } from '../sinks/json-lines-file.js';
import { encodeMedia } from './encode-media.js';
import { type MediaEntry, mediaFile, mediaLine } from './media-line.js';

/** Writes the media of a run: each value to a file in `media/<step>/`, and a line about it to `media.jsonl`. */
export class MediaLog implements MetricSink {
  private lines: JsonLinesFile<MediaEntry> | undefined;

  constructor(private readonly run: string) {}

  write(): void {
    // Numbers are in `metrics.jsonl`.
  }

  /** A later value of the same step, split and name replaces the earlier one. @throws ForgeError FILE_SYSTEM, PATH_UNSAFE */
  writeMedia({ step, epoch, time, split, name, value }: MediaRecord): void {
    const entry = { step, epoch, time, split, name, kind: value.kind };
    const file = mediaFile(entry);
    writeNow(join(this.run, file), encodeMedia(value), this.run);
    // Made with the first value: most runs have none.
    this.lines ??= new JsonLinesFile(join(this.run, 'media.jsonl'), mediaLine);
    this.lines.append({ ...entry, file });
  }

  get retries(): boolean {
    return this.lines?.retries ?? true;
  }

  async flush(): Promise<void> {
    await this.lines?.flush();
  }

  async close(): Promise<void> {
    await this.lines?.close();
  }
}
