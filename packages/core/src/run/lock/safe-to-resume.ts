import { join } from 'node:path';
import { requireSafeFile, requireSafeFolder } from '../../fs/path-safety.js';
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
export function requireSafeToResume(run: string): void {
  for (const name of folders) requireSafeFolder(join(run, name), run);
  for (const name of replaced) requireSafeFile(join(run, name), run, 'replace');
  for (const name of grown) requireSafeFile(join(run, name), run, 'change');
}
