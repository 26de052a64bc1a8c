import { join } from 'node:path';
import { FileCheckpointStore } from '@forge-ml/core/node';
import { MirrorStore } from './mirror-store.js';

export const mirrorOf = (folder: string) => join(folder, '..', 'mirror');

/** For the conformance suite, which imports it in a child process too. */
export function open(folder: string, warn: (message: string) => void = () => undefined): MirrorStore {
  return new MirrorStore({ files: new FileCheckpointStore(folder), folder, mirror: mirrorOf(folder), warn });
}
