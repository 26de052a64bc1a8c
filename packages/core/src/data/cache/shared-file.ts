import type { FileHandle } from 'node:fs/promises';
import { ForgeError } from '../../errors/forge-error.js';
import { fsError } from '../../fs/fs-error.js';
import { openRegularFile } from '../../fs/open-regular-file.js';
import { identityOf, readPart } from './read-cache-file.js';

/** A file that is open while parts of it are read, so that datasets need not be closed. */
export class SharedFile {
  #opening: Promise<FileHandle> | undefined;
  #readers = 0;

  /** @param identity of the file that was verified */
  constructor(
    private readonly path: string,
    private readonly identity: string,
  ) {}

  /** @throws ForgeError DATA_INVALID if the file was changed or replaced, FILE_SYSTEM */
  async read(position: number, length: number): Promise<Buffer> {
    this.#readers++;
    this.#opening ??= this.#open();
    const opening = this.#opening;
    try {
      return await readPart(await opening, position, length);
    } catch (error) {
      throw fsError(error, this.path, 'read');
    } finally {
      if (--this.#readers === 0) {
        this.#opening = undefined;
        await opening.then((handle) => handle.close()).catch(() => undefined);
      }
    }
  }

  async #open(): Promise<FileHandle> {
    const handle = await openRegularFile(this.path);
    if ((await identityOf(handle)) === this.identity) return handle;
    await handle.close();
    throw new ForgeError('DATA_INVALID', `The cache ${this.path} changed while it was in use.`, {
      about: this.path,
      hint: 'Give each dataset a cache file of its own.',
    });
  }
}
