import { type ComparedCode, diffCode, readRunRecord, storedCodeOf } from '@forge-ml/core/manage';
import type { CodeDiffView } from '../protocol/comparison.js';
import type { ViewedRun } from './viewed-run.js';

/** The patches of all files together, in characters. */
const longest = 1 << 20;

/** What differs between the newest code of two runs. @throws ForgeError RUN_INVALID, CODE_ALTERED, FILE_SYSTEM */
export async function codeDiffView(a: ViewedRun, b: ViewedRun): Promise<CodeDiffView> {
  return codeDifference(await newestCode(a), await newestCode(b));
}

/** The newest code of a run; null if it stores none. @throws ForgeError RUN_INVALID, CODE_ALTERED, FILE_SYSTEM */
export async function newestCode({ folder: { path } }: ViewedRun): Promise<ComparedCode | null> {
  return storedCodeOf(path, await readRunRecord(path));
}

/** What differs between two codes: nothing is known of one that is not stored. @throws ForgeError FILE_SYSTEM */
export async function codeDifference(a: ComparedCode | null, b: ComparedCode | null): Promise<CodeDiffView> {
  let length = 0;
  let truncated = false;
  const differences = a === null || b === null ? [] : await diffCode(a, b);
  const files = differences.map(({ path, change, patch, reason }) => {
    length += patch?.length ?? 0;
    const isShown = length <= longest;
    if (!isShown) truncated = true;
    return { path, change, diff: isShown ? (patch ?? `(${reason})`) : '(not shown: too much differs)' };
  });
  return { files, truncated };
}
