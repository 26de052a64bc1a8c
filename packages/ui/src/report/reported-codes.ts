import type { ComparisonView } from '../protocol/comparison.js';
import type { ReportContent } from '../protocol/report-content.js';
import { codeDiffView } from '../views/code-diff-view.js';
import type { ViewedRun } from '../views/viewed-run.js';
import { most } from './report-options.js';

type ReportedCodes = Pick<ReportContent, 'codes' | 'codeDiffs'>;

/** Which runs have the same code, and what differs between the others. Many runs have few codes. */
export async function reportedCodes(
  runs: readonly ViewedRun[],
  { rows, ...view }: ComparisonView,
): Promise<ReportedCodes> {
  const hashes = rows.find(({ group }) => group === 'code')?.values ?? [];
  const codes = Object.fromEntries(view.runs.map(({ id }, at) => [id, String(hashes[at] ?? 'none')]));
  const examples = new Map(runs.flatMap((run) => (codes[run.id] === undefined ? [] : [[codes[run.id]!, run]])));
  const codeDiffs: ReportContent['codeDiffs'][number][] = [];
  let left: number = most.codeDiffBytes;
  for (const [a, from] of examples) {
    for (const [b, to] of examples) {
      if (a === b || left < 0) continue;
      const diff = await codeDiffView(from, to).catch(() => undefined);
      if (diff === undefined) continue;
      left -= diff.files.reduce((sum, file) => sum + file.diff.length, 0);
      if (left >= 0) codeDiffs.push({ a, b, diff });
    }
  }
  return { codes, codeDiffs };
}
