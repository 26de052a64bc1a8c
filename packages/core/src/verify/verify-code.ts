import { join } from 'node:path';
import { codeFaults } from '../code/code-faults.js';
import { type CodePlace, codePlace, correctionNamed, correctionsOf } from '../code/code-place.js';
import { readCodeManifest } from '../code/stored-code.js';
import { isForgeError } from '../errors/forge-error.js';
import { isMissing } from '../fs/fs-error.js';
import type { RunRecord } from '../run/record/run-record.js';
import { withoutPath } from './error-text.js';
import { filesBelow, leftoverAt } from './leftovers.js';
import { damage, harmless, type Problem, superseded } from './problem.js';

/** The fields of `run.json` that say which code a run has. */
export type CodeOfRun = Pick<RunRecord, 'code' | 'resumes'>;

/** The places of a run's code, oldest first; the last one is loaded. */
export function codePlaces({ code, resumes }: CodeOfRun): readonly CodePlace[] {
  return [...(code === 'stored' ? [null] : []), ...correctionsOf({ resumes })].map(codePlace);
}

/**
 * Checks the code of a run, and of each correction, against its manifest, without running it.
 * @param names the names in the run's folder
 * @throws ForgeError FILE_SYSTEM
 */
export async function verifyCode(
  run: string,
  names: readonly string[],
  record: CodeOfRun,
  deep: boolean,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  const places = codePlaces(record);
  for (const [index, place] of places.entries()) {
    const found = await verifyPlace(run, place, deep);
    const isOld = index < places.length - 1;
    for (const problem of found) problems.push(isOld && problem.damage ? superseded(problem) : problem);
  }
  const known = places.flatMap(({ folder, manifest }) => [folder, manifest]);
  for (const name of names) {
    if (correctionNamed(name) === undefined || known.includes(name)) continue;
    problems.push(harmless('leftover', name, 'was written by a resume that did not start'));
  }
  return problems;
}

async function verifyPlace(run: string, place: CodePlace, deep: boolean): Promise<Problem[]> {
  const { folder, manifest: name } = place;
  try {
    const manifest = await readCodeManifest(run, place);
    const faults = await codeFaults(join(run, folder), manifest, deep);
    const problems = faults.map(({ kind, path, problem }) => {
      const at = path === '.' ? folder : `${folder}/${path}`;
      // Altered code is not moved: the change may be intended, and there is no original to replace it.
      return damage(kind, at, problem, kind === 'foreign' ? { kind: 'move', path: at } : null);
    });
    return [...problems, ...(await leftoversIn(run, folder))];
  } catch (error) {
    if (!isForgeError(error)) throw error;
    if (isMissing(error)) return [damage('missing', name, 'is missing', null)];
    if (error.code !== 'CODE_ALTERED') throw error;
    return [damage('invalid', name, withoutPath(error.message, join(run, name)), null)];
  }
}

async function leftoversIn(run: string, folder: string): Promise<Problem[]> {
  const files = await filesBelow(join(run, folder));
  return files.flatMap((path) => leftoverAt(`${folder}/${path}`, path.slice(path.lastIndexOf('/') + 1)) ?? []);
}
