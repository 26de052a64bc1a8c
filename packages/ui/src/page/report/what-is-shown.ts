import { formatCount } from '@forge-ml/core/text';
import type { ReportContent, ReportedRun } from '../../protocol/report-content.js';
import type { CodeSummary } from '../../protocol/run-view.js';

/** How much of the data a report has, where that is not all. */
export function whatIsShown({ runs, codes, codeDiffs }: ReportContent): string[] {
  const curves = runs.flatMap(({ curves }) => curves);
  const cut = curves.filter(({ values, shown }) => shown < values);
  const sentences: string[] = [];
  if (cut.length > 0) {
    const [values, shown] = [sumOf(cut, 'values'), sumOf(cut, 'shown')];
    const which = cut.length === curves.length ? 'The curves have' : `${cut.length} of ${curves.length} curves have`;
    sentences.push(
      `${which} ${formatCount(shown)} of ${formatCount(values)} values: of each interval the first, lowest, highest and last. Averages are of these.`,
    );
  }
  const metrics = totalOf(runs, ({ omittedMetrics }) => omittedMetrics);
  if (metrics > 0) sentences.push(`Curves of ${formatCount(metrics)} other metrics are not in this report.`);
  const checkpoints = totalOf(runs, ({ omittedCheckpoints }) => omittedCheckpoints);
  if (checkpoints > 0) sentences.push(`${formatCount(checkpoints)} older checkpoints are not in this report.`);
  const parameters = totalOf(runs, ({ omittedParameters }) => omittedParameters);
  if (parameters > 0) sentences.push(`${formatCount(parameters)} parameters of models are not in this report.`);
  const media = totalOf(runs, ({ media }) => media.omitted);
  if (media > 0)
    sentences.push(`${formatCount(media)} older images, texts, histograms and tables are not in this report.`);
  const files = totalOf(runs, ({ view, code }) => filesOf(view.code) - Object.keys(code).length);
  if (files > 0) sentences.push(`The texts of ${formatCount(files)} files of code are not in this report.`);
  const different = new Set(Object.values(codes)).size;
  const pairs = (different * (different - 1)) / 2;
  const compared = codeDiffs.length / 2;
  if (compared < pairs) {
    sentences.push(
      `It has ${formatCount(compared)} of the ${formatCount(pairs)} differences between ${different} versions of the code.`,
    );
  }
  const diffs = runs.filter(({ diff }) => diff?.truncated).length;
  if (diffs > 0) sentences.push(`It has only the start of the uncommitted changes of ${runCount(diffs)}.`);
  const logs = runs.filter(({ log }) => log !== null && log.from > 0).length;
  if (logs > 0) sentences.push(`It has only the end of the console log of ${runCount(logs)}.`);
  return sentences;
}

function filesOf({ versions }: CodeSummary): number {
  return versions.reduce((sum, { files }) => sum + files.length, 0);
}

function runCount(count: number): string {
  return count === 1 ? 'one run' : `${formatCount(count)} runs`;
}

function totalOf(runs: readonly ReportedRun[], count: (run: ReportedRun) => number): number {
  return runs.reduce((sum, run) => sum + count(run), 0);
}

function sumOf(curves: readonly { values: number; shown: number }[], name: 'values' | 'shown'): number {
  return curves.reduce((sum, curve) => sum + curve[name], 0);
}
