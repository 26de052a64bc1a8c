import { join } from 'node:path';
import { codeFaults } from '../code/code-faults.js';
import { readCodeManifest } from '../code/stored-code.js';
import { isForgeError } from '../errors/forge-error.js';
import { isMissing } from '../files/file-error.js';
import { withoutPath } from './error-text.js';
import { damage, type Problem } from './problem.js';

/** Holds a run's `code/` against `code.json`; runs nothing of it. @throws ForgeError FILE_SYSTEM */
export async function verifyCode(run: string, deep: boolean): Promise<Problem[]> {
  const file = join(run, 'code.json');
  try {
    const manifest = await readCodeManifest(run);
    const faults = await codeFaults(join(run, 'code'), manifest, deep);
    return faults.map(({ kind, path, problem }) => {
      const place = path === '.' ? 'code' : `code/${path}`;
      // What was altered stays: a person may know better, and nothing could take its place.
      return damage(kind, place, problem, kind === 'foreign' ? { kind: 'move', path: place } : null);
    });
  } catch (error) {
    if (!isForgeError(error)) throw error;
    if (isMissing(error)) return [damage('missing', 'code.json', 'is missing', null)];
    if (error.code !== 'CODE_ALTERED') throw error;
    return [damage('invalid', 'code.json', withoutPath(error.message, file), null)];
  }
}
