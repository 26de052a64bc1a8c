import { formatCount } from '@forge-ml/core/text';
import type { ReportContent } from '../../protocol/report-content.js';

/** How much of the data a report has, where that is not all. */
export function whatIsShown({ runs }: ReportContent): string[] {
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
  const metrics = runs.reduce((sum, { omittedMetrics }) => sum + omittedMetrics, 0);
  if (metrics > 0) sentences.push(`${formatCount(metrics)} other metrics are not in this report.`);
  const media = runs.reduce((sum, { media }) => sum + media.omitted, 0);
  if (media > 0)
    sentences.push(`${formatCount(media)} older images, texts, histograms and tables are not in this report.`);
  return sentences;
}

function sumOf(curves: readonly { values: number; shown: number }[], name: 'values' | 'shown'): number {
  return curves.reduce((sum, curve) => sum + curve[name], 0);
}
