import { type FileHandle, open, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { fsyncDirectory, makeFolder } from '../fs/durable-folder.js';
import { isMissing, systemCode } from '../fs/fs-error.js';
import { pidExists } from '../fs/pid-exists.js';
import { readBounded } from '../fs/read-bounded.js';
import { isObject } from '../json/is-object.js';

/** A process that downloads renews its lock this often, ms. */
const renewal = 10_000;
/** A lock that was not renewed for so long is a dead process's, on whatever host, ms. */
const longestSilence = 60_000;

/** A part of a file that is being downloaded, `NAME.part`; one process at a time has it. */
export class PartialFile {
  readonly path: string;
  readonly #lock: string;
  readonly #timer: NodeJS.Timeout;

  private constructor(private readonly target: string) {
    this.path = `${target}.part`;
    this.#lock = `${this.path}.lock`;
    this.#timer = setInterval(() => {
      const now = new Date();
      utimes(this.#lock, now, now).catch(() => undefined);
    }, renewal).unref();
  }

  /** Takes the partial file of a target; the pid of the process that has it if that is another. */
  static async take(target: string): Promise<PartialFile | { readonly pid: number }> {
    await makeFolder(dirname(target));
    const lock = `${target}.part.lock`;
    for (;;) {
      try {
        await writeFile(lock, JSON.stringify({ host: hostname(), pid: process.pid }), { flag: 'wx' });
        return new PartialFile(target);
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw error;
      }
      const pid = await ownerOf(lock);
      if (pid !== undefined) return { pid };
      await rm(lock, { force: true });
    }
  }

  async size(): Promise<number> {
    return (await sizeOf(this.path)) ?? 0;
  }

  /** Opens it for writing at any position. */
  open(): Promise<FileHandle> {
    return open(this.path, 'r+').catch((error: unknown) => {
      if (isMissing(error)) return open(this.path, 'w');
      throw error;
    });
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }

  /** Gives the complete file its name. */
  async complete(): Promise<void> {
    await rename(this.path, this.target);
    await fsyncDirectory(dirname(this.target));
  }

  /** Lets other processes have it. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    await rm(this.#lock, { force: true });
  }
}

/** The process that has a lock and lives; undefined if there is none. */
async function ownerOf(lock: string): Promise<number | undefined> {
  try {
    const { mtimeMs } = await stat(lock);
    if (Date.now() - mtimeMs > longestSilence) return undefined;
    const owner: unknown = JSON.parse(
      String(await readBounded(lock, { what: 'lock', code: 'FILE_SYSTEM', maxBytes: 4096 })),
    );
    if (!isObject(owner) || !Number.isSafeInteger(owner.pid)) return 0;
    const pid = owner.pid as number;
    // In a container that was restarted, an earlier process had the same pid.
    if (owner.host === hostname() && pid === process.pid) return undefined;
    return owner.host === hostname() && !pidExists(pid) ? undefined : pid;
  } catch (error) {
    // It is being written, or was removed meanwhile.
    return error instanceof SyntaxError ? 0 : undefined;
  }
}

export async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}
