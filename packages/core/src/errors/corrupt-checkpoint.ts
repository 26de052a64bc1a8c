import { ForgeError } from './forge-error.js';

/** The error for a file of a checkpoint that is not as it was written. */
export function corruptCheckpoint(path: string, problem: string): ForgeError {
  return new ForgeError('CHECKPOINT_CORRUPT', `${path} is damaged: ${problem}.`, {
    about: path,
    hint: 'Load another checkpoint of the run, or put the file back from a copy.',
  });
}
