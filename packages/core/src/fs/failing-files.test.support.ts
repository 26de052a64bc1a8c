import { type FileSystem, nodeFileSystem } from './file-system.js';

/** How a disk may fail: a call fails, or a write fails after a part of its bytes. */
export type Failure = 'ENOSPC' | 'EIO' | 'short write';

/**
 * A file system whose operations fail from a given one on.
 * @param at which operation is the first to fail, counted from 1
 * @param times how many fail
 */
export class FailingFiles implements FileSystem {
  /** Operations so far. */
  done = 0;

  constructor(
    private readonly failure: Failure,
    private readonly at: number,
    private readonly times: number,
  ) {}

  /** Whether any has failed. */
  get failed(): boolean {
    return this.done >= this.at;
  }

  async create(path: string) {
    this.count('open');
    const file = await nodeFileSystem.create(path);
    return {
      write: async (bytes: Uint8Array, offset: number, length: number, position: number) => {
        if (!this.due()) return file.write(bytes, offset, length, position);
        const part = Math.floor(length / 2);
        if (part > 0) await file.write(bytes, offset, part, position);
        // A short write is no error: the caller writes the rest again.
        if (this.failure === 'short write' && part > 0) return { bytesWritten: part };
        throw refusal(this.failure, 'write');
      },
      datasync: async () => {
        this.count('fdatasync');
        await file.datasync();
      },
      sync: async () => {
        this.count('fsync');
        await file.sync();
      },
      close: () => file.close(),
    };
  }

  async mkdir(path: string) {
    this.count('mkdir');
    return nodeFileSystem.mkdir(path);
  }

  async rename(from: string, to: string) {
    this.count('rename');
    await nodeFileSystem.rename(from, to);
  }

  async remove(path: string) {
    this.count('rm');
    await nodeFileSystem.remove(path);
  }

  async syncFolder(path: string) {
    this.count('fsync');
    await nodeFileSystem.syncFolder(path);
  }

  private due(): boolean {
    this.done++;
    return this.done >= this.at && this.done < this.at + this.times;
  }

  private count(call: string): void {
    if (this.due() && this.failure !== 'short write') throw refusal(this.failure, call);
  }
}

function refusal(failure: Failure, syscall: string): Error {
  const code = failure === 'ENOSPC' ? 'ENOSPC' : 'EIO';
  return Object.assign(new Error(`${code}: ${syscall}`), { code, syscall });
}
