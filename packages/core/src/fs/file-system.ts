import { mkdir, open, rename, rm } from 'node:fs/promises';
import { fsyncDirectory } from './durable-folder.js';

/** A file that is being written. */
export interface WritableFile {
  /** May write fewer bytes than given, as a system does just before the disk is full. */
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

/** The changes that saving a checkpoint makes. Tests use an implementation that fails as disks do. */
export interface FileSystem {
  /** @throws EEXIST if the file exists */
  create(path: string): Promise<WritableFile>;
  mkdir(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a folder with its contents. Does nothing if the path is missing. */
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
