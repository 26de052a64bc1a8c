import { close, fsync, ftruncateSync, write } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fsyncDirectory } from '../../fs/durable-folder.js';
import { fsError } from '../../fs/fs-error.js';
import { openForChange } from '../../fs/safe-files.js';
import type { JournalEvent } from './journal-event.js';
import { journalName } from './read-journal.js';

const writeTo = promisify(write);
const syncFile = promisify(fsync);
const closeFile = promisify(close);

/** Appends to `journal.jsonl`. Only one process may have it open; see `claimSweep`. */
export class Journal {
  private constructor(
    private readonly path: string,
    private readonly descriptor: number,
  ) {}

  /**
   * Opens the journal of a sweep, and creates it if missing.
   * @param end where its last whole line ends, as `readJournal` says: what follows is cut off
   * @throws ForgeError FILE_SYSTEM, PATH_UNSAFE
   */
  static async open(folder: string, end: number): Promise<Journal> {
    const path = join(folder, journalName);
    try {
      const descriptor = openForChange(path, 'a');
      ftruncateSync(descriptor, end);
      await fsyncDirectory(folder);
      return new Journal(path, descriptor);
    } catch (error) {
      throw fsError(error, path, 'open');
    }
  }

  /**
   * Writes events in one piece.
   * @param options.sync whether they must survive a power cut before this returns. Without it they survive the end of
   * the process only.
   * @throws ForgeError FILE_SYSTEM: then open it again, since a part of a line may be in it
   */
  async append(events: readonly JournalEvent[], { sync }: { readonly sync: boolean }): Promise<void> {
    if (events.length === 0) return;
    const bytes = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    try {
      for (let written = 0; written < bytes.length; ) {
        written += (await writeTo(this.descriptor, bytes, written, bytes.length - written, null)).bytesWritten;
      }
      if (sync) await syncFile(this.descriptor);
    } catch (error) {
      throw fsError(error, this.path, 'write');
    }
  }

  async close(): Promise<void> {
    await closeFile(this.descriptor);
  }
}
