import { join } from 'node:path';
import { requireSafeFile, requireSafeFolder } from '../../fs/path-safety.js';
import { lockName } from './resume-lock.js';

/** The files that a resumed run replaces, and those that it appends to. */
const replaced = ['run.json', 'flags.json'];
const appended = ['metrics.jsonl', 'console.log'];
const folders = ['checkpoints', 'quarantine', lockName];

/**
 * Checks a run before it is resumed, so that one with links in it is refused before anything has changed. Each write is
 * checked again.
 * @throws ForgeError PATH_UNSAFE naming the link, pipe, device or file with another hard link
 */
export function requireSafeToResume(run: string): void {
  for (const name of folders) requireSafeFolder(join(run, name), run);
  for (const name of replaced) requireSafeFile(join(run, name), run, 'replace');
  for (const name of appended) requireSafeFile(join(run, name), run, 'change');
}
