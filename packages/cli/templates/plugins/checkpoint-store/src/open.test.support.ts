import { FileCheckpointStore } from '@forge-ml/core/node';
import { TimedStore } from './timed-store.js';

/** Opens the store. The conformance suite also imports this module in a child process. */
export const open = (folder: string) => new TimedStore(new FileCheckpointStore(folder), 10, () => undefined);
