import { basename } from 'node:path';
import { openRunSeries, type RunCurves, readRunCurves } from '@forge-ml/core/runs';
import { curvesFigure, makePlot } from '@forge-ml/plot';
import type { ViewedRun } from '../../views/viewed-run.js';

/** Wide enough for both columns of a paper, inches. */
const width = 6.9;
/** More figures are too many to look at; `--metrics` chooses others. */
const mostFigures = 12;

/** A file of a report. */
export interface MarkdownFile {
  /** Absolute. */
  readonly path: string;
  readonly content: string;
}

export interface MetricFigures {
  readonly files: readonly MarkdownFile[];
  /** Markdown that shows them. */
  readonly text: string;
}

/**
 * A figure for each name of a metric, with its splits, of all runs.
 * @param metrics addresses
 * @param base path of the report without its extension: figures are next to it
 * @throws ForgeError RUN_INVALID, FILE_SYSTEM
 */
export async function metricFigures(
  runs: readonly ViewedRun[],
  metrics: ReadonlyMap<ViewedRun, readonly string[]>,
  base: string,
): Promise<MetricFigures> {
  const read: RunCurves[] = [];
  for (const run of runs) {
    // What `run.json` knows, the log may have lost.
    const logged = new Set((await openRunSeries(run.folder.path)).metrics().map(({ metric }) => metric));
    const addresses = (metrics.get(run) ?? []).filter((address) => logged.has(address));
    if (addresses.length > 0) read.push(await readRunCurves(run.folder, addresses));
  }
  const names = [...new Set(read.flatMap(({ curves }) => curves.map(({ name }) => name)))].slice(0, mostFigures);
  const taken = new Set<string>();
  const figures = names.map((name) => {
    const ofName = read
      .map((run) => ({ ...run, curves: run.curves.filter((curve) => curve.name === name) }))
      .filter(({ curves }) => curves.length > 0);
    const plot = makePlot(ofName, { axis: 'step', log: { x: false, y: false } });
    return { name, path: `${base}-${fileName(name, taken)}.svg`, content: curvesFigure(plot, width) };
  });
  return {
    files: figures.map(({ path, content }) => ({ path, content })),
    text: figures.map(({ name, path }) => `![${altText(name)}](${encodeURIComponent(basename(path))})`).join('\n\n'),
  };
}

/** Letters and digits of a metric's name; two metrics never share a file. */
function fileName(metric: string, taken: Set<string>): string {
  const plain = metric.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60) || 'metric';
  let name = plain;
  for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${plain}-${number}`;
  taken.add(name.toLowerCase());
  return name;
}

function altText(metric: string): string {
  return metric.replaceAll(/[^\p{L}\p{N} ._/-]/gu, ' ').slice(0, 100);
}
