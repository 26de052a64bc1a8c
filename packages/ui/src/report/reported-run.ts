import { readRunRecord, readRunTextPart } from '@forge-ml/core/manage';
import type { ReportedRun } from '../protocol/report-content.js';
import type { RunView, TextAnswer } from '../protocol/run-view.js';
import { Attempts } from '../views/attempts.js';
import { logName } from '../views/run-sizes.js';
import { codeFile, gitDiff } from '../views/run-texts.js';
import type { ViewedRun } from '../views/viewed-run.js';
import type { BoundedView } from './bounded-view.js';
import { most, type ReportOptions, type RunLimits } from './report-options.js';
import { reportedCurves } from './reported-curves.js';
import { noMedia, reportedMedia } from './reported-media.js';

/** All that a report has of a run. What is damaged is missing, and the view says why. */
export async function reportedRun(
  run: ViewedRun,
  { view, ...omitted }: BoundedView,
  options: ReportOptions,
  limits: RunLimits,
  points: number,
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
    code: options.code ? await codeTexts(run, view, limits.codeBytes) : {},
    diff: options.code && view.code.hasDiff ? await textOf(() => gitDiff(run, limits.diffBytes)) : null,
    log: options.log ? await readRunTextPart(path, logName, endOf(limits.logBytes)).catch(() => null) : null,
    ...media,
  };
}

const endOf = (maxBytes: number) => ({ from: -maxBytes, maxBytes });

/** The newest version first: if there is too much, the oldest files are missing. */
async function codeTexts(run: ViewedRun, view: RunView, maxBytes: number): Promise<Record<string, TextAnswer>> {
  const texts: [string, TextAnswer][] = [];
  let left = maxBytes;
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
