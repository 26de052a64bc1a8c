import { formatCount, formatDuration } from '@forge-ml/core/text';
import type { ComparedMetric, ComparisonView } from '../../protocol/comparison.js';
import { exactCell, metricCell } from './cell-text.js';
import { inCode, markdownTable, paragraphs } from './markdown-text.js';

/** Runs side by side in Markdown: best values, and what differs. @param figures Markdown of their figures */
export function comparisonMarkdown(
  { runs, rows, failed }: ComparisonView,
  metrics: readonly ComparedMetric[],
  figures: string,
): string {
  const header = ['', ...runs.map(({ label }) => inCode(label))];
  const differing = rows.filter(({ group, equal }) => !equal && group !== 'progress');
  return paragraphs([
    `# Comparison of ${runs.length} runs`,
    ...failed.map(({ run, message }) => `**Not read:** ${inCode(run)}: ${inCode(message)}`),
    markdownTable(header, [
      ['status', ...runs.map(({ status }) => status)],
      ['steps', ...runs.map(({ step }) => formatCount(step))],
      ['duration', ...runs.map(({ seconds }) => (seconds === null ? '' : formatDuration(seconds)))],
    ]),
    metrics.length === 0 ? null : '## Best values',
    metrics.length === 0 ? null : markdownTable(header, metrics.map(bestRow)),
    figures,
    '## What differs',
    differing.length === 0
      ? 'Nothing that the runs have recorded.'
      : markdownTable(
          header,
          differing.map(({ name, values }) => [inCode(name), ...values.map(exactCell)]),
        ),
  ]);
}

/** Of a metric without a direction the last values; the best of all runs is bold. */
function bestRow({ address, direction, best, bestSteps, last }: ComparedMetric): string[] {
  if (direction === null) return [`${inCode(address)}, last`, ...last.map((value) => metricCell(value))];
  const finite = best.filter((value) => value !== null && Number.isFinite(value)) as number[];
  const winner = direction === 'min' ? Math.min(...finite) : Math.max(...finite);
  return [
    inCode(address),
    ...best.map((value, at) => {
      const text = metricCell(value, bestSteps[at] ?? null);
      return value === winner ? `**${text}**` : text;
    }),
  ];
}
