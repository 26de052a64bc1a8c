import { isMissing } from '../../fs/fs-error.js';
import { characterEnd, isContinuation } from '../../text/character-end.js';
import { withFileInside } from './open-inside.js';

/** The start of a text file of a run. */
export interface RunText {
  readonly text: string;
  /** Whether the file is longer. */
  readonly truncated: boolean;
  /** Bytes of the whole file. */
  readonly bytes: number;
}

/** A part of a text file of a run, which may grow. */
export interface RunTextPart {
  readonly text: string;
  /** The bytes of the file that it is. */
  readonly from: number;
  readonly to: number;
  /** Bytes of the whole file. */
  readonly size: number;
}

/**
 * Reads the start of a text file in a run's folder, up to its last whole line if it is longer. Bytes that are not UTF-8
 * become U+FFFD.
 * @param name its path in the folder, with forward slashes
 * @returns null if it is missing
 * @throws ForgeError PATH_UNSAFE, FILE_SYSTEM
 */
export async function readRunText(run: string, name: string, maxBytes: number): Promise<RunText | null> {
  const part = await readRunTextPart(run, name, { from: 0, maxBytes });
  if (part === null) return null;
  const truncated = part.to < part.size;
  const end = truncated ? part.text.lastIndexOf('\n') + 1 : 0;
  return { text: end > 0 ? part.text.slice(0, end) : part.text, truncated, bytes: part.size };
}

/**
 * Reads a part of a text file in a run's folder; a character that is cut at an end of it is not in it.
 * @param from the first byte; a negative one counts from the end of the file, and the part then starts with a whole line
 * @returns null if it is missing
 * @throws ForgeError PATH_UNSAFE, FILE_SYSTEM
 */
export async function readRunTextPart(
  run: string,
  name: string,
  { from, maxBytes }: { readonly from: number; readonly maxBytes: number },
): Promise<RunTextPart | null> {
  try {
    return await withFileInside(run, name, async ({ status: { size }, read }) => {
      const isTail = from < 0;
      const first = Math.min(isTail ? Math.max(0, size + from) : from, size);
      const bytes = await read(first, Math.min(maxBytes, size - first));
      const start = isTail && first > 0 ? lineStart(bytes) : characterStart(bytes);
      const end = characterEnd(bytes);
      const text = end > start ? bytes.toString('utf8', start, end) : '';
      return { text, from: first + start, to: first + Math.max(start, end), size };
    });
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** After the first line end; the start without one. */
function lineStart(bytes: Uint8Array): number {
  const start = bytes.indexOf(10) + 1;
  return start > 0 && start < bytes.length ? start : characterStart(bytes);
}

/** After the rest of a character that began before. */
function characterStart(bytes: Uint8Array): number {
  let start = 0;
  while (start < Math.min(3, bytes.length) && isContinuation(bytes[start])) start++;
  return start;
}
