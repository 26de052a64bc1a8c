import { diffRuns } from '@forge-ml/core/manage';
import type { CodeDiffView } from '../protocol/comparison.js';
import type { ViewedRun } from './viewed-run.js';

/** The patches of all files together, in characters. */
const longest = 1 << 20;

/** What differs between the newest code of two runs. @throws ForgeError RUN_INVALID, CODE_ALTERED, FILE_SYSTEM */
export async function codeDiffView(a: ViewedRun, b: ViewedRun): Promise<CodeDiffView> {
  const { code } = await diffRuns(a.folder, b.folder);
  let length = 0;
  let truncated = false;
  const files = code.map(({ path, change, patch, reason }) => {
    length += patch?.length ?? 0;
    const isShown = length <= longest;
    if (!isShown) truncated = true;
    return { path, change, diff: isShown ? (patch ?? `(${reason})`) : '(not shown: too much differs)' };
  });
  return { files, truncated };
}
