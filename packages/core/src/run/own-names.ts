import { profileName } from '../train/profile/trace-file.js';
import { annotationsName } from './record/annotations.js';
import { preprocessingName } from './record/preprocessing-files.js';
import { initName } from './record/run-init.js';

/** Names in a run's folder that are Forge's own, besides its code, its logs and what starts with a dot. */
export const ownNames: readonly string[] = [
  'run.json',
  'flags.json',
  'git.diff',
  annotationsName,
  'checkpoints',
  'quarantine',
  initName,
  preprocessingName,
  profileName,
  // Format 2 reserves them for later use: docs/run-folder.md.
  'media',
  'base',
];

const codeOrLog = /^(code(\.\d+)?(\.json)?|(metrics|media)\.jsonl|console\.log|events\.out\..*)$/;

/** Whether Forge writes files of this name into a run, in any case, since some file systems ignore case. */
export function isOwnName(name: string): boolean {
  const lower = name.toLowerCase();
  return ownNames.includes(lower) || codeOrLog.test(lower);
}
