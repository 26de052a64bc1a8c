import { readRunRecord, readRunTextPart } from '@forge-ml/core/manage';
import type { ReportedRun } from '../protocol/report-content.js';
import { Attempts } from '../views/attempts.js';
import { logName } from '../views/run-sizes.js';
import { gitDiff } from '../views/run-texts.js';
import type { ViewedRun } from '../views/viewed-run.js';
import type { BoundedView } from './bounded-view.js';
import type { CodeTexts } from './code-texts.js';
import type { ReportOptions, RunLimits } from './report-options.js';
import { reportedCurves } from './reported-curves.js';
import { noMedia, reportedMedia } from './reported-media.js';
import { textOf } from './text-of.js';

/** All that a report has of a run. What is damaged is missing, and the view says why. @param codes gets its code */
export async function reportedRun(
  run: ViewedRun,
  { view, ...omitted }: BoundedView,
  options: ReportOptions,
  limits: RunLimits,
  points: number,
  codes: CodeTexts,
): Promise<ReportedRun> {
  const { path } = run.folder;
  const metrics = view.metrics.slice(0, limits.curves);
  const record = await readRunRecord(path).catch(() => null);
  const attempts = new Attempts(run);
  const noCurves = { curves: [], stepsPerEpoch: null };
  const curves = await attempts.of(() => reportedCurves(path, metrics, points), noCurves);
  const media = await attempts.of(() => reportedMedia(run, limits.mediaBytes), noMedia);
  return {
    view: { ...view, media: media.media.entries.length, damage: view.damage ?? attempts.damage },
    ...curves,
    resumes: (record?.resumes ?? []).map(({ step, time }) => ({ step, time: Date.parse(time) })),
    ...omitted,
    code: options.code ? await codes.add(run, view, limits.codeBytes) : {},
    diff: options.code && view.code.hasDiff ? await textOf(() => gitDiff(run, limits.diffBytes)) : null,
    log: options.log ? await readRunTextPart(path, logName, endOf(limits.logBytes)).catch(() => null) : null,
    ...media,
  };
}

const endOf = (maxBytes: number) => ({ from: -maxBytes, maxBytes });
