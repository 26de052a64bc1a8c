import { closeSync, fstatSync, fsync, ftruncateSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { ForgeError } from '../../errors/forge-error.js';
import { fsError } from '../../fs/fs-error.js';
import { openForChange } from '../../fs/safe-files.js';

/** A second is promised: this leaves a busy machine room to be late. */
const writeEveryMs = 100;
/** Larger gatherings are slower: what waits no longer fits the processor's caches. */
const writeAtBytes = 1 << 16;
/** More is not kept for a disk that stays full: the log is given up. */
const mostKept = 1 << 26;

/**
 * A file that only grows. Its owner gathers records in memory; this says when to write them out, all in one write:
 * at once where nothing was written for a tenth of a second, else when that is over, when 64 KiB wait, and on
 * `flush`. What is written survives the process, what is flushed the machine. After a failed write the file ends where
 * it ended before; what it should have held is kept and written by the next call, so a disk that was full for a while
 * leaves no gap.
 */
export class AppendFile {
  readonly path: string;
  private readonly take: () => Uint8Array;
  private readonly descriptor: number;
  private length: number;
  private written = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  /** What could not be written so far, in order. */
  private readonly kept: Uint8Array[] = [];
  /** Whether a part of a record may stand at the end. */
  private torn = false;
  private failure: Error | undefined;
  private synced: Promise<void> = Promise.resolve();
  private open = true;

  /**
   * @param flags `a` to append to what may exist, `ax` to insist on a new file.
   * @param take hands over the bytes that wait and forgets them; they are used before it is called again.
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

  /** Whether a call that fails may be made again: false once it is given up, when every call throws the same error. */
  get retries(): boolean {
    return this.failure === undefined;
  }

  /** To be called after each record that was added. */
  grown(bytesWaiting: number): void {
    this.mustBeUsable();
    // A loop that never yields to timers is caught by the clock, one that stops reporting by the timer.
    if (bytesWaiting >= writeAtBytes || performance.now() - this.written >= writeEveryMs) this.writeOut();
    else this.timer ??= setTimeout(() => this.writeOutQuietly(), writeEveryMs).unref();
  }

  /** Everything that waits is on the disk, not only with the system, when this resolves. */
  async flush(): Promise<void> {
    this.mustBeUsable();
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

  /** One after the other, so that the file is not closed under one that is still at work. */
  private sync(): Promise<void> {
    const synced = this.synced.then(() => promisify(fsync)(this.descriptor));
    this.synced = synced.catch(() => undefined);
    return synced.catch((error: unknown) => {
      // A system tells of a lost write once: a later sync would say that all is well.
      this.failure = fsError(error, this.path, 'write');
      throw this.failure;
    });
  }

  private mustBeUsable(): void {
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
      while (this.kept.length > 0) {
        this.append(this.kept[0]!);
        this.kept.shift();
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
    // Copied: its owner gathers the next records in the same memory.
    if (fresh.length > 0) this.kept.push(Uint8Array.from(fresh));
    if (this.kept.reduce((sum, { length }) => sum + length, 0) > mostKept) {
      this.failure = failure;
      this.kept.length = 0;
    } else if (this.open) this.timer ??= setTimeout(() => this.writeOutQuietly(), writeEveryMs).unref();
    try {
      this.dropPart();
    } catch {
      // Tried again before the next write; readers step over a torn end meanwhile.
    }
  }

  private writeOutQuietly(): void {
    try {
      this.writeOut();
    } catch {
      // Tried again; the next call has somebody to tell.
    }
  }

  private dropPart(): void {
    ftruncateSync(this.descriptor, this.length);
    this.torn = false;
  }
}
