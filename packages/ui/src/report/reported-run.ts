import { readRunRecord, readRunTextPart } from '@forge-ml/core/manage';
import type { ReportedRun } from '../protocol/report-content.js';
import type { RunView, TextAnswer } from '../protocol/run-view.js';
import { Attempts } from '../views/attempts.js';
import { logName } from '../views/run-sizes.js';
import { codeFile, gitDiff } from '../views/run-texts.js';
import { runView } from '../views/run-view.js';
import type { ViewedRun } from '../views/viewed-run.js';
import { withChosenMetrics } from './chosen-metrics.js';
import { most, type ReportOptions } from './report-options.js';
import { reportedCurves } from './reported-curves.js';
import { noMedia, reportedMedia } from './reported-media.js';

/** All that a report has of a run. What is damaged is missing, and the view says why. */
export async function reportedRun(run: ViewedRun, options: ReportOptions, points: number): Promise<ReportedRun> {
  const { path } = run.folder;
  const all = await runView(run);
  const view = withChosenMetrics(withoutOmitted(all, options), options.metrics);
  const metrics = view.metrics.slice(0, most.curvesOfRun);
  const record = await readRunRecord(path).catch(() => null);
  const attempts = new Attempts(run);
  const noCurves = { curves: [], stepsPerEpoch: null };
  const curves = await attempts.of(() => reportedCurves(path, metrics, points), noCurves);
  const media = await attempts.of(() => reportedMedia(run), noMedia);
  return {
    view: { ...view, media: media.media.entries.length, damage: view.damage ?? attempts.damage },
    ...curves,
    resumes: (record?.resumes ?? []).map(({ step, time }) => ({ step, time: Date.parse(time) })),
    omittedMetrics: all.metrics.length - metrics.length,
    code: options.code ? await codeTexts(run, view) : {},
    diff: options.code && view.code.hasDiff ? await textOf(() => gitDiff(run, most.diffBytes)) : null,
    log: options.log ? await readRunTextPart(path, logName, logEnd).catch(() => null) : null,
    ...media,
  };
}

const logEnd = { from: -most.logBytes, maxBytes: most.logBytes };

/** What a person does not want to send is not named either. */
function withoutOmitted(view: RunView, { code, log }: ReportOptions): RunView {
  return {
    ...view,
    ...(code ? {} : { code: { ...view.code, versions: [], hasDiff: false } }),
    ...(log ? {} : { log: null }),
  };
}

/** The newest version first: if there is too much, the oldest files are missing. */
async function codeTexts(run: ViewedRun, view: RunView): Promise<Record<string, TextAnswer>> {
  const texts: [string, TextAnswer][] = [];
  let left = most.codeBytes;
  for (const { number, files } of [...view.code.versions].reverse()) {
    for (const { path, bytes } of files) {
      if (bytes > Math.min(left, most.codeFileBytes)) continue;
      const text = await textOf(() => codeFile(run, number, path));
      if (text === null) continue;
      texts.push([`${number}/${path}`, text]);
      left -= bytes;
    }
  }
  return Object.fromEntries(texts);
}

/** Null for a text that is altered or cannot be read. */
async function textOf(read: () => Promise<TextAnswer>): Promise<TextAnswer | null> {
  try {
    return await read();
  } catch {
    return null;
  }
}
