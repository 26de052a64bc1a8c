import { join } from 'node:path';
import { mustBeSafeFile, mustBeSafeFolder } from '../../fs/path-safety.js';
import { lockName } from './resume-lock.js';

/** What a resumed run replaces, and what it adds to. */
const replaced = ['run.json', 'flags.json'];
const grown = ['metrics.jsonl', 'console.log'];
const folders = ['checkpoints', 'quarantine', lockName];

/**
 * Checked before a run is resumed, so that one with links in it is refused while nothing of it has changed; each write
 * is checked again.
 * @throws ForgeError PATH_UNSAFE naming the link, pipe, device or file with another hard link
 */
export function mustBeSafeToResume(run: string): void {
  for (const name of folders) mustBeSafeFolder(join(run, name), run);
  for (const name of replaced) mustBeSafeFile(join(run, name), run, 'replace');
  for (const name of grown) mustBeSafeFile(join(run, name), run, 'change');
}
