import { createHash } from 'node:crypto';
import { ForgeError, messageOf } from '../../errors/forge-error.js';
import { isObject } from '../../json/is-object.js';
import type { MediaKind } from '../media-value.js';
import { extensionOf } from './encode-media.js';

/** Together with the split, the ending and a temporary name, below the 255 bytes that file systems allow. */
const longestName = 80;

/** A line of `media.jsonl`: where a logged value is. */
export interface MediaEntry {
  /** Optimizer updates done. */
  readonly step: number;
  readonly epoch: number;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly split: string;
  readonly name: string;
  readonly kind: MediaKind;
  /** Its file, relative to the run's folder: `media/100/valid.samples.png`. */
  readonly file: string;
}

/** The file of a value, relative to the run's folder. Characters that a file name cannot have are encoded as %XX. */
export function mediaFile(entry: Pick<MediaEntry, 'step' | 'split' | 'name' | 'kind'>): string {
  const { step, split, name, kind } = entry;
  return `media/${step}/${portable(split)}.${portable(name)}.${extensionOf[kind]}`;
}

function portable(name: string): string {
  const bytes = Array.from(Buffer.from(name));
  const isPlain = (byte: number) => /[\w-]/.test(String.fromCharCode(byte)) && byte < 128;
  const text = bytes
    .map((byte) => (isPlain(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`))
    .join('');
  if (text.length <= longestName) return text;
  // Two long names must not have one file.
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${text.slice(0, longestName - 9)}-${hash}`;
}

export function mediaLine({ step, epoch, time, split, name, kind, file }: MediaEntry): string {
  // The step comes first: a resume finds it without parsing the line.
  return `${JSON.stringify({ step, epoch, time, split, name, kind, file })}\n`;
}

/**
 * @param where the line's name in an error: `Line 3`
 * @throws ForgeError RUN_INVALID
 */
export function parseMediaLine(line: string, path: string, where: string): MediaEntry {
  const invalid = (cause: string) =>
    new ForgeError('RUN_INVALID', `${where} of ${path} is not a media record: ${cause}.`, {
      about: path,
      hint: 'Fix or delete that line; no other line depends on it.',
    });
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    throw invalid(messageOf(error));
  }
  if (!isObject(parsed)) throw invalid('it is not an object');
  const { step, epoch, time, split, name, kind, file } = parsed;
  if (!isCount(step)) throw invalid('"step" is not a whole number');
  if (!isCount(epoch)) throw invalid('"epoch" is not a whole number');
  if (typeof time !== 'number') throw invalid('"time" is not a number');
  if (typeof split !== 'string') throw invalid('"split" is not a string');
  if (typeof name !== 'string') throw invalid('"name" is not a string');
  if (typeof kind !== 'string' || !Object.hasOwn(extensionOf, kind)) throw invalid('"kind" is unknown');
  const entry = { step, epoch, time, split, name, kind: kind as MediaKind };
  // Never read from the file: a stranger's line could name any path.
  if (file !== mediaFile(entry)) throw invalid('"file" is not the name of its file');
  return { ...entry, file };
}

/** Whether `parseMediaLine` accepts a line. */
export function isMediaLine(line: string): boolean {
  try {
    parseMediaLine(line, '', '');
    return true;
  } catch {
    return false;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
