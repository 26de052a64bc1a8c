import { mkdir, open, rename, rm } from 'node:fs/promises';
import { fsyncDirectory } from './durable-folder.js';

/** A file that is being written. */
export interface WritableFile {
  /** May take less than it is given, as a system does just before the disk is full. */
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesWritten: number }>;
  datasync(): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** All that saving a checkpoint asks of the file system beside looking: a test hands in one that fails as disks do. */
export interface FileSystem {
  /** @throws EEXIST where there is a file already */
  create(path: string): Promise<WritableFile>;
  mkdir(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** With all that is in it; nothing to do where there is none. */
  remove(path: string): Promise<void>;
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>;
}

export const nodeFileSystem: FileSystem = {
  create: (path) => open(path, 'wx'),
  mkdir: (path) => mkdir(path),
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { recursive: true, force: true }),
  syncFolder: (path) => fsyncDirectory(path),
};
