import { hostname } from 'node:os';
import { join } from 'node:path';
import { fsError } from '../../fs/fs-error.js';
import { namesInFolderSync } from '../../fs/list-folder.js';
import type { MediaRecord, MetricRecord, MetricSink } from '../metric-sink.js';
import { AppendFile } from '../sinks/append-file.js';
import { LateEncoding } from '../sinks/late-encoding.js';
import { nextEventFileName } from './event-file-name.js';
import type { EventMessage } from './event-message.js';
import { EventRecords } from './event-records.js';

export interface EventFileOptions {
  /** The step that a resumed run was restored to; null for a new run. */
  readonly resumedAt?: number | null;
}

/**
 * Writes a TensorBoard event file with the scalars `train/loss`, `valid/accuracy` … Each process starts a new file, so
 * that a record truncated by a crash is always at the end of a file.
 */
export class EventFileSink implements MetricSink {
  private readonly records = new EventRecords();
  private readonly events = new LateEncoding<EventMessage>((event) => this.records.add(event));
  private readonly file: AppendFile;

  /** @throws ForgeError FILE_SYSTEM */
  constructor(folder: string, { resumedAt = null }: EventFileOptions = {}) {
    const wallTime = Date.now() / 1000;
    this.records.add({ wallTime, fileVersion: 'brain.Event:2' });
    // TensorBoard treats the first START as the beginning and each later one as a restart, where it drops the points
    // from that step on. So the first file needs one too, and a restart names the step after the restored one.
    const step = resumedAt === null ? 0 : resumedAt + 1;
    this.records.add({ wallTime, step, sessionStart: true });
    const path = join(folder, nextEventFileName(namesIn(folder), wallTime, hostname()));
    this.file = new AppendFile(path, 'ax', () => this.takeBytes());
    this.file.grown(this.records.byteLength);
  }

  get path(): string {
    return this.file.path;
  }

  write(record: MetricRecord): void {
    this.events.add({ wallTime: record.time / 1000, step: record.step, scalars: record });
    this.file.grown(this.records.byteLength);
  }

  writeMedia(media: MediaRecord): void {
    this.events.add({ wallTime: media.time / 1000, step: media.step, media });
    // Large, and its memory is the caller's.
    this.events.finish();
    this.file.grown(this.records.byteLength);
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

  private takeBytes(): Uint8Array {
    this.events.finish();
    return this.records.take();
  }
}

function namesIn(folder: string): string[] {
  try {
    return namesInFolderSync(folder);
  } catch (error) {
    throw fsError(error, folder, 'read');
  }
}
