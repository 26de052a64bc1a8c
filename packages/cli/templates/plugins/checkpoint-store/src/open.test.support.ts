import { FileCheckpointStore } from '@forge-ml/core/node';
import { TimedStore } from './timed-store.js';

/** For the conformance suite, which imports it in a child process too. */
export const open = (folder: string) => new TimedStore(new FileCheckpointStore(folder), 10, () => undefined);
