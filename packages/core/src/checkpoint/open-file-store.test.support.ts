import { FileCheckpointStore } from './file-checkpoint-store.js';

/** For the conformance suite, which imports it in a child process too. */
export const open = (folder: string) => new FileCheckpointStore(folder);
