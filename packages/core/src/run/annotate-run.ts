import { join } from 'node:path';
import { checkOptions } from '../errors/check-options.js';
import { ForgeError, isForgeError } from '../errors/forge-error.js';
import { writeJson } from '../json/write-json.js';
import { formatVersion } from '../schema/format-version.js';
import type { RunFolder } from './folder/run-folder.js';
import { type LockOptions, withResumeLock } from './lock/resume-lock.js';
import {
  type Annotations,
  type AnnotationsFile,
  annotationsName,
  noAnnotations,
  readAnnotationsFile,
} from './record/annotations.js';

/**
 * Changes the annotations of a run, which may be running. Two processes that do so at once do not lose a change of the
 * other: each reads and writes the file under the run's lock.
 * @param change returns the new annotations for the present ones; fields that it omits stay
 * @throws ForgeError RUN_INVALID if the present file is invalid; RUN_LOCKED, PATH_UNSAFE, FILE_SYSTEM; what `change` throws
 */
export async function annotateRun(
  run: RunFolder,
  change: (before: Annotations) => Partial<Annotations>,
  options: LockOptions = {},
): Promise<Annotations> {
  checkOptions(options, ['waitMs', 'watchMs'], { of: 'annotateRun(run, change, options)' });
  const work = async () => {
    const before = present(run.path);
    const { tags, note, name } = { ...noAnnotations, ...before, ...change(before ?? noAnnotations) };
    const after = { tags, note, name };
    const { tags: oldTags, note: oldNote, name: oldName } = before ?? noAnnotations;
    if (JSON.stringify(after) !== JSON.stringify({ tags: oldTags, note: oldNote, name: oldName })) {
      await writeJson(join(run.path, annotationsName), { ...before, formatVersion, ...after }, run.path);
    }
    return after;
  };
  return withResumeLock(run, work, options);
}

function present(run: string): AnnotationsFile | undefined {
  try {
    return readAnnotationsFile(run);
  } catch (error) {
    if (!isForgeError(error) || error.code !== 'RUN_INVALID') throw error;
    throw new ForgeError(error.code, error.message, {
      about: join(run, annotationsName),
      hint: 'forge runs verify RUN --repair moves it to the quarantine.',
      cause: error,
    });
  }
}
