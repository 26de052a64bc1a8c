import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { fsError, openRegularFile, readWholeFile } from '@forge-ml/core/node';
import { ForgeError } from '@forge-ml/core/plugin';
import { Undecodable } from '../decode/undecodable.js';

/** A larger file is not read: it would fill the memory before it is looked at. */
const mostBytes = 2 ** 30;

/** The files of a data set. Each must stay the same from its first read on, so that every epoch has the same data. */
export class StableFiles {
  readonly #statuses = new Map<string, string>();

  constructor(readonly folder: string) {}

  /**
   * The bytes of a file.
   * @throws ForgeError DATA_INVALID if it changed since it was first read; FILE_SYSTEM. Undecodable if it is too large
   */
  async read(file: string): Promise<Buffer> {
    const path = join(this.folder, file);
    const handle = await openRegularFile(path).catch((error: unknown) => {
      throw readError(error, path);
    });
    try {
      const before = await handle.stat();
      if (before.size > mostBytes) throw new Undecodable('is larger than 1 GiB');
      const bytes = await readWholeFile(handle, before.size);
      const after = await handle.stat();
      const status = statusText(before);
      const first = this.#statuses.get(file) ?? status;
      if (statusText(after) !== first || bytes.length !== before.size) throw wasChanged(path);
      this.#statuses.set(file, first);
      return bytes;
    } catch (error) {
      throw readError(error, path);
    } finally {
      await handle.close();
    }
  }
}

/** What shows that a file was changed or replaced. */
export function statusText({ size, mtimeMs, ino }: Stats): string {
  return `${size} ${mtimeMs} ${ino}`;
}

/** The system's shortage of file descriptors stays as it is: `map` waits and reads again. */
function readError(error: unknown, path: string): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  return error instanceof Undecodable || code === 'EMFILE' || code === 'ENFILE' ? error : fsError(error, path, 'read');
}

export function wasChanged(path: string): ForgeError {
  return new ForgeError('DATA_INVALID', `${path} changed while it was in use.`, {
    about: path,
    hint: 'Write new data into another folder, and start again: a run must read the same data in every epoch.',
  });
}
