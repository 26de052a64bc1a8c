import { ForgeError } from './forge-error.js';

/** The error for a file of a checkpoint whose content changed after it was written. */
export function corruptCheckpoint(path: string, problem: string): ForgeError {
  return new ForgeError('CHECKPOINT_CORRUPT', `${path} is corrupt: ${problem}.`, {
    about: path,
    hint: 'Load another checkpoint of the run, or restore the file from a backup.',
  });
}
