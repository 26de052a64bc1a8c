import type { ComparedCode } from '@forge-ml/core/manage';
import type { ReportContent } from '../protocol/report-content.js';
import { codeDifference, newestCode } from '../views/code-diff-view.js';
import type { ViewedRun } from '../views/viewed-run.js';
import { invertCodeDiff } from './invert-code-diff.js';
import { most } from './report-options.js';

type ReportedCodes = Pick<ReportContent, 'codes' | 'codeDiffs'>;

/** Which runs have the same code, and what differs between the others. A run whose code cannot be read has none here. */
export async function reportedCodes(runs: readonly ViewedRun[]): Promise<ReportedCodes> {
  const codes: Record<string, string> = {};
  const examples = new Map<string, ComparedCode | null>();
  for (const run of runs) {
    const code = await newestCode(run).catch(() => undefined);
    if (code === undefined) continue;
    const hash = code?.hash ?? 'none';
    codes[run.id] = hash;
    if (!examples.has(hash)) examples.set(hash, code);
  }
  return { codes, codeDiffs: await differences([...examples].slice(0, most.comparedCodes)) };
}

/** Of each two codes, in both directions, as the page may ask for either. */
async function differences(
  codes: readonly (readonly [hash: string, code: ComparedCode | null])[],
): Promise<ReportedCodes['codeDiffs']> {
  const codeDiffs: ReportContent['codeDiffs'][number][] = [];
  let left: number = most.codeDiffBytes;
  for (const [at, [a, from]] of codes.entries()) {
    for (const [b, to] of codes.slice(at + 1)) {
      const diff = await codeDifference(from, to).catch(() => undefined);
      if (diff === undefined) continue;
      const bytes = 2 * diff.files.reduce((sum, file) => sum + Buffer.byteLength(file.diff), 0);
      if (bytes > left) return codeDiffs;
      left -= bytes;
      codeDiffs.push({ a, b, diff }, { a: b, b: a, diff: invertCodeDiff(diff) });
    }
  }
  return codeDiffs;
}
