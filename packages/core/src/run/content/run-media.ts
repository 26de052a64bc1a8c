import { ForgeError } from '../../errors/forge-error.js';
import { extensionOf } from '../../metrics/media/encode-media.js';
import type { MediaEntry } from '../../metrics/media/media-line.js';
import { readMedia } from '../../metrics/media/read-media.js';
import type { MediaKind } from '../../metrics/media-value.js';
import { withFileInside } from './open-inside.js';

export interface NewestMedia {
  /** In the order of the log. */
  readonly entries: readonly MediaEntry[];
  /** How many older ones there are. */
  readonly omitted: number;
}

/**
 * The newest media that a run has logged; a value that was logged again counts once.
 * @throws ForgeError RUN_INVALID naming the file and the invalid line, FILE_SYSTEM
 */
export async function newestMedia(run: string, most: number): Promise<NewestMedia> {
  const entries = new Map<string, MediaEntry>();
  let omitted = 0;
  for await (const entry of readMedia(run)) {
    entries.delete(entry.file);
    entries.set(entry.file, entry);
    if (entries.size <= most) continue;
    entries.delete(entries.keys().next().value!);
    omitted++;
  }
  return { entries: [...entries.values()], omitted };
}

/** A logged value, as it is in its file. */
export interface MediaContent {
  readonly kind: MediaKind;
  readonly bytes: Buffer;
}

/**
 * Reads the file of a logged value. Its kind is that of its name, which only Forge's own names have.
 * @param file as in `media.jsonl`: `media/100/valid.samples.png`
 * @throws ForgeError PATH_UNSAFE for another file, a link, or one that is too large; RUN_INVALID for an image that is not
 * a PNG; FILE_SYSTEM
 */
export async function readMediaFile(run: string, file: string, maxBytes: number): Promise<MediaContent> {
  const kind = kindOf(file);
  if (kind === undefined) throw new ForgeError('PATH_UNSAFE', 'Refused to read: it is not the file of a logged value.');
  return withFileInside(run, file, async ({ status: { size }, read }) => {
    if (size > maxBytes) {
      const text = `${file} has ${size} bytes, more than the maximum of ${maxBytes}.`;
      throw new ForgeError('PATH_UNSAFE', text, { about: file });
    }
    const bytes = await read(0, size);
    if (kind === 'image' && !bytes.subarray(0, 8).equals(pngSignature)) {
      throw new ForgeError('RUN_INVALID', `${file} is not a PNG image.`, { about: file });
    }
    return { kind, bytes };
  });
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** By the form that `mediaFile` gives names. */
function kindOf(file: string): MediaKind | undefined {
  const extension = /^media\/\d{1,16}\/[\w%-]*\.[\w%-]*\.(png|txt|histogram\.json|table\.json)$/.exec(file)?.[1];
  return (Object.keys(extensionOf) as MediaKind[]).find((kind) => extensionOf[kind] === extension);
}
