import { closeSync, fstatSync, fsync, ftruncateSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { ForgeError } from '../../errors/forge-error.js';
import { fsError } from '../../fs/fs-error.js';
import { openForChange } from '../../fs/safe-files.js';

/** Records are promised to be on disk within a second; this leaves a margin for a busy machine. */
const writeEveryMs = 100;
/** Larger buffers are slower: they no longer fit into the CPU caches. */
const writeAtBytes = 1 << 16;
/** The most bytes to keep while the disk is full; then the file fails for good. */
const maxUnwritten = 1 << 26;

/**
 * An append-only file with buffered writes. Its owner buffers records in memory; this decides when to write them, all in
 * one write: immediately if nothing was written for 0.1 s, else after 0.1 s, at 64 KiB, and on `flush`. Written data
 * survives the process, flushed data the machine. After a failed write the file is truncated to its length before, and
 * the data is kept for the next call, so a disk that was full for a while leaves no gap.
 */
export class AppendFile {
  readonly path: string;
  private readonly take: () => Uint8Array;
  private readonly descriptor: number;
  private length: number;
  private written = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  /** Data that could not be written yet, in order. */
  private readonly unwritten: Uint8Array[] = [];
  /** Whether the file may end in a part of a record. */
  private torn = false;
  private failure: Error | undefined;
  private synced: Promise<void> = Promise.resolve();
  private open = true;

  /**
   * @param flags `a` to append to a file that may exist, `ax` to require a new file.
   * @param take returns the buffered bytes and clears the buffer; the bytes are used before the next call.
   * @throws ForgeError FILE_SYSTEM, PATH_UNSAFE
   */
  constructor(path: string, flags: 'a' | 'ax', take: () => Uint8Array) {
    this.path = path;
    this.take = take;
    try {
      this.descriptor = openForChange(path, flags);
      this.length = fstatSync(this.descriptor).size;
    } catch (error) {
      throw fsError(error, path, 'write');
    }
  }

  /** Whether a failed call may be retried: false once the file has failed for good; then every call throws that error. */
  get retries(): boolean {
    return this.failure === undefined;
  }

  /** Call after each record added to the buffer. */
  grown(bufferedBytes: number): void {
    this.requireUsable();
    // The clock serves loops that never yield to timers; the timer serves loops that stop logging.
    if (bufferedBytes >= writeAtBytes || performance.now() - this.written >= writeEveryMs) this.writeOut();
    else this.timer ??= setTimeout(() => this.writeOutQuietly(), writeEveryMs).unref();
  }

  /** Writes and syncs everything: when this resolves, it is on the disk. */
  async flush(): Promise<void> {
    this.requireUsable();
    this.writeOut();
    await this.sync();
  }

  async close(): Promise<void> {
    if (!this.open) return;
    this.open = false;
    try {
      if (this.failure !== undefined) throw this.failure;
      this.writeOut();
      await this.sync();
    } finally {
      closeSync(this.descriptor);
    }
  }

  /** Runs one sync at a time, so that the file is not closed while one is running. */
  private sync(): Promise<void> {
    const synced = this.synced.then(() => promisify(fsync)(this.descriptor));
    this.synced = synced.catch(() => undefined);
    return synced.catch((error: unknown) => {
      // The system reports a lost write only once: a later sync would succeed.
      this.failure = fsError(error, this.path, 'write');
      throw this.failure;
    });
  }

  private requireUsable(): void {
    if (this.failure !== undefined) throw this.failure;
    if (!this.open)
      throw new ForgeError('FILE_SYSTEM', `Cannot write ${this.path}: it is closed.`, { about: this.path });
  }

  private writeOut(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.written = performance.now();
    const fresh = this.take();
    try {
      if (this.torn) this.dropPart();
      while (this.unwritten.length > 0) {
        this.append(this.unwritten[0]!);
        this.unwritten.shift();
      }
      this.append(fresh);
    } catch (error) {
      const failure = fsError(error, this.path, 'write');
      this.keep(fresh, failure);
      throw failure;
    }
  }

  private append(bytes: Uint8Array): void {
    this.torn = bytes.length > 0;
    for (let done = 0; done < bytes.length; ) done += writeSync(this.descriptor, bytes, done);
    this.length += bytes.length;
    this.torn = false;
  }

  private keep(fresh: Uint8Array, failure: Error): void {
    // Copied: the owner reuses this memory for the next records.
    if (fresh.length > 0) this.unwritten.push(Uint8Array.from(fresh));
    if (this.unwritten.reduce((sum, { length }) => sum + length, 0) > maxUnwritten) {
      this.failure = failure;
      this.unwritten.length = 0;
    } else if (this.open) this.timer ??= setTimeout(() => this.writeOutQuietly(), writeEveryMs).unref();
    try {
      this.dropPart();
    } catch {
      // Retried before the next write. Until then readers ignore the partial record.
    }
  }

  private writeOutQuietly(): void {
    try {
      this.writeOut();
    } catch {
      // Retried later; the next call reports the error.
    }
  }

  private dropPart(): void {
    ftruncateSync(this.descriptor, this.length);
    this.torn = false;
  }
}
