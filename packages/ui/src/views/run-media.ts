import { type MediaContent, newestMedia, readMediaFile } from '@forge-ml/core/manage';
import { ForgeError } from '@forge-ml/core/runs';
import type { MediaView, TextAnswer } from '../protocol/run-view.js';
import type { ViewedRun } from './viewed-run.js';

/** More would make the page slow, and are looked at in the folder. */
const mostListed = 2_000;
/** A PNG of 8000 × 4000 pixels; Forge itself writes no larger one. */
const mostBytes = 64 << 20;
const mostTextBytes = 1 << 20;

/** The newest media that a run has logged. @throws ForgeError RUN_INVALID, FILE_SYSTEM */
export async function mediaView({ folder }: ViewedRun, most = mostListed): Promise<MediaView> {
  const { entries, omitted } = await newestMedia(folder.path, most);
  return { entries: entries.map(({ kind, split, name, step, file }) => ({ kind, split, name, step, file })), omitted };
}

/**
 * A logged image: bytes that begin as a PNG. Nothing else is served as a file.
 * @throws ForgeError PATH_UNSAFE for another kind of file, a link, or one that is too large; RUN_INVALID, FILE_SYSTEM
 */
export async function mediaFile({ folder }: ViewedRun, file: string, maxBytes = mostBytes): Promise<Buffer> {
  return (await readKind(folder.path, file, (kind) => kind === 'image', maxBytes)).bytes;
}

/**
 * A logged text, or the JSON of a histogram or a table.
 * @throws ForgeError as `mediaFile`
 */
export async function mediaText({ folder }: ViewedRun, file: string): Promise<TextAnswer> {
  const { bytes } = await readKind(folder.path, file, (kind) => kind !== 'image', mostBytes);
  // JSON that is cut could not be read.
  const isCut = file.endsWith('.txt') && bytes.length > mostTextBytes;
  return { text: bytes.toString('utf8', 0, isCut ? mostTextBytes : bytes.length), truncated: isCut };
}

async function readKind(
  run: string,
  file: string,
  fits: (kind: MediaContent['kind']) => boolean,
  maxBytes: number,
): Promise<MediaContent> {
  const content = await readMediaFile(run, file, maxBytes);
  if (fits(content.kind)) return content;
  throw new ForgeError('PATH_UNSAFE', `${file} is no file of that kind.`, { about: file });
}
