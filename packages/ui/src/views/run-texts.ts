import { readRunRecord, readRunText, readRunTextPart, readStoredCode } from '@forge-ml/core/manage';
import { ForgeError } from '@forge-ml/core/runs';
import type { LogChunk, TextAnswer } from '../protocol/run-view.js';
import { diffName } from './run-code.js';
import { logName } from './run-sizes.js';
import type { ViewedRun } from './viewed-run.js';

/** Longer texts are cut, as no page shows them well. */
const most = { code: 1 << 20, diff: 1 << 20, log: 256 << 10 } as const;

/**
 * A file of a run's stored code, after its hash was checked.
 * @param number of the version, 0 as it was started with
 * @throws ForgeError CODE_MISSING, CODE_ALTERED, RUN_INVALID, PATH_UNSAFE, FILE_SYSTEM
 */
export async function codeFile({ folder }: ViewedRun, number: number, path: string): Promise<TextAnswer> {
  const record = await readRunRecord(folder.path);
  const text = await readStoredCode(folder.path, record, { number, path, maxBytes: most.code });
  return { text: text ?? '', truncated: text === null };
}

/** The uncommitted changes that a run was started with. @throws ForgeError CODE_MISSING, PATH_UNSAFE, FILE_SYSTEM */
export async function gitDiff({ folder, label }: ViewedRun, maxBytes: number = most.diff): Promise<TextAnswer> {
  const read = await readRunText(folder.path, diffName, maxBytes);
  if (read === null) throw new ForgeError('CODE_MISSING', `${label} has no ${diffName}.`, { about: label });
  return { text: read.text, truncated: read.truncated };
}

/**
 * A part of the console log of a run, of at most 256 KiB.
 * @param from a byte; a negative one counts from the end
 * @throws ForgeError PATH_UNSAFE, FILE_SYSTEM
 */
export async function logChunk({ folder }: ViewedRun, from: number): Promise<LogChunk> {
  const part = await readRunTextPart(folder.path, logName, { from, maxBytes: most.log });
  return part ?? { text: '', from: 0, to: 0, size: 0 };
}
