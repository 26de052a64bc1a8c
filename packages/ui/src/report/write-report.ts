import { resolve } from 'node:path';
import { nameList } from '@forge-ml/core/flags';
import { writeRunFile } from '@forge-ml/core/manage';
import { type CommandRequest, type CommandResult, ForgeError } from '@forge-ml/core/plugin';
import { formatBytes, printableText } from '@forge-ml/core/text';
import type { ViewedRun } from '../views/viewed-run.js';
import { checkMetrics } from './check-metrics.js';
import { chooseRuns } from './choose-runs.js';
import { htmlReport } from './html-report.js';
import { markdownReport } from './markdown/markdown-report.js';
import type { ReportOptions } from './report-options.js';
import { shownPath } from './shown-path.js';
import { waitForEnd } from './wait-for-end.js';
import { writeFiles } from './write-files.js';

interface ReportFlags extends Omit<ReportOptions, 'metrics'> {
  readonly out: string | null;
  readonly format: 'html' | 'markdown';
  readonly metrics: string | null;
  readonly atEnd: boolean;
  readonly force: boolean;
}

/** The output of `forge report --json`. */
export interface WrittenReport {
  readonly out: string;
  readonly format: 'html' | 'markdown';
  /** The files written: the report, and figures of Markdown. */
  readonly files: readonly string[];
  readonly bytes: number;
  readonly runs: readonly string[];
}

/** @throws ForgeError USAGE, RUN_NOT_FOUND, METRIC_INVALID, PATH_UNSAFE, FILE_SYSTEM */
export async function writeReport(request: CommandRequest): Promise<CommandResult> {
  const flags = request.flags as unknown as ReportFlags;
  requireEffect(flags, request.words);
  const runs = await chooseRuns(request.words, request.forge);
  const metrics = flags.metrics === null ? null : nameList(flags.metrics, '--metrics', 'metrics');
  const options = { metrics, code: flags.code, log: flags.log };
  // A young run has not measured all of its metrics.
  if (flags.atEnd) await waitForEnd(runs[0]!, request);
  if (metrics !== null) await checkMetrics(metrics, runs);
  return flags.atEnd ? reportInRun(runs[0]!, options) : reportNow(runs, options, request);
}

async function reportNow(
  runs: readonly ViewedRun[],
  options: ReportOptions,
  request: CommandRequest,
): Promise<CommandResult> {
  const { out, format, force } = request.flags as unknown as ReportFlags;
  const path = resolve(request.directory, out ?? defaultName(runs, format));
  const files =
    format === 'html' ? [await htmlReport(runs, options, path)] : await markdownReport(runs, options.metrics, path);
  await writeFiles(files, force);
  return written(format, files, runs);
}

async function reportInRun(run: ViewedRun, options: ReportOptions): Promise<CommandResult> {
  const file = await htmlReport([run], options, 'report.html');
  const path = await writeRunFile(run.folder, 'report.html', file.content);
  return written('html', [{ ...file, path }], [run]);
}

function written(
  format: WrittenReport['format'],
  files: readonly { readonly path: string; readonly content: string }[],
  runs: readonly ViewedRun[],
): CommandResult {
  const bytes = files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  const { path: out } = files[0]!;
  const figures = files.slice(1);
  const more = figures.length === 0 ? '' : ` and ${figures.length} ${figures.length === 1 ? 'figure' : 'figures'}`;
  const data: WrittenReport = {
    ...{ out, format, bytes },
    files: files.map(({ path }) => path),
    runs: runs.map(({ folder }) => folder.path),
  };
  return { data, text: printableText(`Wrote ${shownPath(out)}${more} (${formatBytes(bytes)})`) };
}

function defaultName(runs: readonly ViewedRun[], format: ReportFlags['format']): string {
  const [{ folder }] = runs as [ViewedRun];
  const what = runs.length === 1 ? `${folder.experiment}-${folder.number}` : 'comparison';
  return `${what}-report.${format === 'html' ? 'html' : 'md'}`;
}

/** @throws ForgeError USAGE for flags that would have no effect */
function requireEffect({ atEnd, out, format, force }: ReportFlags, words: readonly string[]): void {
  if (!atEnd) return;
  const conflict = out !== null ? '--out' : format !== 'html' ? '--format' : force ? '--force' : undefined;
  if (conflict !== undefined) {
    throw new ForgeError('USAGE', `--at-end writes report.html into the run, which ${conflict} cannot change.`, {
      about: 'atEnd',
      hint: 'Omit one of the two.',
    });
  }
  if (words.length > 1) {
    throw new ForgeError('USAGE', `--at-end waits for one run, not for ${words.length}.`, {
      about: 'atEnd',
      hint: 'Start forge report once for each run.',
    });
  }
}
