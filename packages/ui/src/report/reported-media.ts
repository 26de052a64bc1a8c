import type { ReportedRun } from '../protocol/report-content.js';
import { mediaFile, mediaText, mediaView } from '../views/run-media.js';
import type { ViewedRun } from '../views/viewed-run.js';
import { jsonInHtml } from './report-html.js';
import { most } from './report-options.js';

type ReportedMedia = Pick<ReportedRun, 'media' | 'mediaFiles'>;

export const noMedia: ReportedMedia = { media: { entries: [], omitted: 0 }, mediaFiles: {} };

/** The newest media of a run, as many as a report has room for. @throws ForgeError RUN_INVALID, FILE_SYSTEM */
export async function reportedMedia(run: ViewedRun, maxBytes: number): Promise<ReportedMedia> {
  const { entries, omitted } = await mediaView(run, most.mediaOfRun);
  const files: [file: string, content: string][] = [];
  let left = maxBytes;
  for (const { kind, file } of [...entries].reverse()) {
    const content = await contentOf(run, kind, file, left);
    if (content === undefined) continue;
    const bytes = Buffer.byteLength(jsonInHtml(content));
    if (bytes > left) continue;
    files.push([file, content]);
    left -= bytes;
  }
  const mediaFiles = Object.fromEntries(files);
  const shown = entries.filter(({ file }) => Object.hasOwn(mediaFiles, file));
  return { media: { entries: shown, omitted: omitted + entries.length - shown.length }, mediaFiles };
}

/** Undefined for a file that is too large, or cannot be read. */
async function contentOf(run: ViewedRun, kind: string, file: string, bytes: number): Promise<string | undefined> {
  try {
    if (kind === 'image') return (await mediaFile(run, file, bytes)).toString('base64');
    const { text, truncated } = await mediaText(run, file);
    return truncated ? undefined : text;
  } catch {
    return undefined;
  }
}
