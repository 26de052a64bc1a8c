import { join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { isMissing } from '../../fs/fs-error.js';
import { readJson } from '../../json/json-file.js';
import { writeJson } from '../../json/write-json.js';
import { invalidField } from '../../schema/file-check.js';
import { isSweepFile } from '../../schema/sweep-checks.generated.js';
import { type SweepFile, sweepVersion } from './sweep-file.js';

export const sweepFileName = 'sweep.json';

/**
 * Reads `sweep.json`.
 * @param folder the sweep's
 * @throws ForgeError RUN_NOT_FOUND where there is none; RUN_INVALID, FILE_SYSTEM
 */
export async function readSweepFile(folder: string): Promise<SweepFile> {
  const path = join(folder, sweepFileName);
  let content: Readonly<Record<string, unknown>>;
  try {
    content = await readJson(path, { what: 'sweep file', code: 'RUN_INVALID', link: 'refuse' });
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new ForgeError('RUN_NOT_FOUND', `${folder} is no sweep: it has no ${sweepFileName}.`, {
      about: folder,
      hint: 'Name a folder that forge sweep made.',
      cause: error,
    });
  }
  return checkSweepFile(content, path);
}

/** @throws ForgeError RUN_INVALID naming the file and the field that is invalid */
export function checkSweepFile(content: Readonly<Record<string, unknown>>, path: string): SweepFile {
  if (content.sweepVersion !== sweepVersion) {
    const version = JSON.stringify(content.sweepVersion);
    throw invalid(path, `has version ${version}; this Forge reads version ${sweepVersion}`);
  }
  const field = invalidField(isSweepFile, content);
  if (field !== undefined) throw invalid(path, `has an invalid "${field}"`);
  const sweep = content as unknown as SweepFile;
  const { halving, repeat, objectives } = sweep;
  // Nearer to 1 there would be no end of rungs.
  if (halving !== null && !(halving.reduction >= leastReduction))
    throw invalid(path, 'has an invalid "halving.reduction"');
  if (halving !== null && halving.min < 1) throw invalid(path, 'has an invalid "halving.min"');
  if (repeat < 1 || repeat > mostRepeats) throw invalid(path, 'has an invalid "repeat"');
  if (objectives.length === 0) throw invalid(path, 'has an invalid "objectives"');
  return sweep;
}

export const leastReduction = 1.1;

/** More would fill the memory. */
export const mostRepeats = 10_000;

/** @throws ForgeError FILE_SYSTEM, PATH_UNSAFE */
export async function writeSweepFile(folder: string, sweep: SweepFile): Promise<void> {
  await writeJson(join(folder, sweepFileName), sweep);
}

function invalid(path: string, how: string): ForgeError {
  return new ForgeError('RUN_INVALID', `The sweep file ${path} ${how}.`, {
    about: path,
    hint: 'Restore it from a backup. The runs of the sweep can be read without it.',
  });
}
