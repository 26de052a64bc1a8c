import { readRunTextPart, type StoredVersion } from '@forge-ml/core/manage';
import type { RunRecord } from '@forge-ml/core/runs';
import type { CodeSummary } from '../protocol/run-view.js';
import { boundedText } from './bounded.js';

export const diffName = 'git.diff';

/** The code of a run, without its texts. */
export async function codeSummary(
  run: string,
  { git, resumes }: RunRecord,
  versions: readonly StoredVersion[],
): Promise<CodeSummary> {
  return {
    versions: versions.map(({ number, files, missing }) => ({
      number,
      from: resumes.find(({ code }) => code === number)?.step ?? 0,
      files: files.map(({ path, bytes }) => ({ path, bytes })),
      missing: missing.map(({ name, reason }) => boundedText(`${name} (${reason})`)),
    })),
    hasDiff: await hasDiff(run),
    commit: git?.commit ?? null,
    branch: git?.branch ?? null,
    dirty: git?.dirty ?? false,
  };
}

/** Whether a run stores uncommitted changes. One that cannot be read says so when it is opened. */
export async function hasDiff(run: string): Promise<boolean> {
  const part = await readRunTextPart(run, diffName, { from: 0, maxBytes: 0 }).catch(() => ({ size: 1 }));
  return part !== null && part.size > 0;
}
