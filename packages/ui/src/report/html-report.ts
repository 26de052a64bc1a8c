import { version } from '@forge-ml/core/manage';
import { printableText } from '@forge-ml/core/text';
import type { ViewedRun } from '../views/viewed-run.js';
import { readReportAssets } from './report-assets.js';
import { reportContent } from './report-content.js';
import { reportHtml } from './report-html.js';
import type { ReportOptions } from './report-options.js';
import type { WrittenFile } from './write-files.js';

/** Runs as one HTML file. @throws ForgeError FILE_SYSTEM */
export async function htmlReport(
  runs: readonly ViewedRun[],
  options: ReportOptions,
  path: string,
): Promise<WrittenFile> {
  const content = await reportContent(runs, options, version);
  const title = runs.length === 1 ? runs[0]!.label : `${runs.length} runs compared`;
  return { path, content: reportHtml(content, printableText(title), await readReportAssets()) };
}
