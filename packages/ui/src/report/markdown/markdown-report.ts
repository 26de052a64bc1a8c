import { isLearningRate, parseMetricAddress } from '@forge-ml/core/runs';
import type { RunMetric } from '../../protocol/run-view.js';
import { comparisonView } from '../../views/comparison-view.js';
import { runView } from '../../views/run-view.js';
import type { ViewedRun } from '../../views/viewed-run.js';
import { comparisonMarkdown } from './comparison-markdown.js';
import { type MarkdownFile, metricFigures } from './metric-figures.js';
import { runMarkdown } from './run-markdown.js';

/**
 * Runs in Markdown, for a paper or a pull request, with a figure for each metric.
 * @param wanted addresses of metrics; null for all of training and evaluation
 * @param path absolute, of the Markdown file
 * @returns it, then its figures
 * @throws ForgeError RUN_INVALID, FILE_SYSTEM
 */
export async function markdownReport(
  runs: readonly ViewedRun[],
  wanted: readonly string[] | null,
  path: string,
): Promise<MarkdownFile[]> {
  const views = [];
  for (const run of runs) views.push(await runView(run));
  const chosen = views.map(({ metrics }) => metrics.filter((metric) => isShown(metric, wanted)));
  const addresses = new Map(runs.map((run, at) => [run, chosen[at]!.map(({ address }) => address)]));
  const figures = await metricFigures(runs, addresses, path.replace(/\.[^./\\]*$/, ''));
  if (runs.length === 1) {
    return [{ path, content: runMarkdown(views[0]!, chosen[0]!, figures.text) }, ...figures.files];
  }
  const comparison = await comparisonView(runs);
  const names = new Set([...addresses.values()].flat());
  const metrics = comparison.metrics.filter(({ address }) => names.has(address));
  return [{ path, content: comparisonMarkdown(comparison, metrics, figures.text) }, ...figures.files];
}

const diagnostic = ['system', 'gradients'];

/** Without a choice: those of training and evaluation that can be named, not what says how a run works. */
function isShown({ address, split, name }: RunMetric, wanted: readonly string[] | null): boolean {
  if (wanted !== null) return wanted.includes(address);
  return parseMetricAddress(address) !== undefined && !diagnostic.includes(split) && !isLearningRate(name);
}
