import { type ErrorCode, ForgeError, messageOf } from '../errors/forge-error.js';
import { fileError } from './file-error.js';
import { openRegularFile, readWholeFile } from './open-regular-file.js';
import { JsonProblem, parseStrictJson, placeIn } from './strict-json.js';

export interface JsonFile {
  /** What the file is, for messages: `run file`, `manifest`. */
  readonly what: string;
  /** The code of the error for content that is not what it should be. */
  readonly code: ErrorCode;
  /** A larger file is refused unread. */
  readonly maxBytes?: number;
  /** Whether a link may stand for it; left out, it may. */
  readonly link?: 'refuse';
  /** Whether a key that stands twice is refused; left out, the last counts. */
  readonly strict?: boolean;
}

/** No file of ours is nested as deep; one that is would exhaust the stack of whoever walks it. */
const maxDepth = 64;

export const defaultMaxJsonBytes = 64 * 1024 * 1024;

/**
 * Reads a JSON file that holds one object.
 * @throws ForgeError FILE_SYSTEM (see `isMissing`), or `code` when the file is too large, no JSON or no object.
 */
export async function readJson(path: string, file: JsonFile): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readBounded(path, file);
  return parseJsonObject(bytes, path, file);
}

/**
 * Reads a whole file of bounded size. Only a regular file: a pipe or a device could block for ever.
 * @throws ForgeError FILE_SYSTEM, or `code` when it is too large or no regular file.
 */
export async function readBounded(path: string, { what, code, maxBytes, link }: JsonFile): Promise<Buffer> {
  const limit = maxBytes ?? defaultMaxJsonBytes;
  try {
    const refuse = (how: string) => new ForgeError(code, `The ${what} ${path} ${how}.`, { about: path });
    const handle = await openRegularFile(path, { refuse, ...(link === undefined ? {} : { link }) });
    try {
      const { size } = await handle.stat();
      if (size > limit) throw refuse(`has ${size} bytes, more than the ${limit} that are allowed`);
      return await readWholeFile(handle, size);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error, path, `read the ${what}`);
  }
}

/**
 * The object in the bytes of a JSON file.
 * @throws ForgeError `code`, naming the file and the line and column of what is wrong.
 */
export function parseJsonObject(bytes: Uint8Array, path: string, file: JsonFile): Readonly<Record<string, unknown>> {
  return parseJsonText(decodeText(bytes), path, file);
}

/** The same of its text, which is undefined where the bytes are none. @throws ForgeError `code` */
export function parseJsonText(
  text: string | undefined,
  path: string,
  { what, code, strict = false }: JsonFile,
): Readonly<Record<string, unknown>> {
  if (text === undefined) throw new ForgeError(code, `The ${what} ${path} is not UTF-8 text.`, { about: path });
  let value: unknown;
  try {
    mustBeShallow(text);
    value = JSON.parse(text);
    if (strict) parseStrictJson(text, maxDepth);
  } catch (error) {
    throw new ForgeError(code, `The ${what} ${path} is not valid JSON: ${problemIn(text, error)}.`, { about: path });
  }
  if (!isObject(value)) throw new ForgeError(code, `The ${what} ${path} does not hold a JSON object.`, { about: path });
  return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text of UTF-8 bytes; undefined where they are not UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Counts brackets; strings are passed over. */
function mustBeShallow(text: string): void {
  if (occurrences('{', text) + occurrences('[', text) <= maxDepth) return;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) {
      for (at++; at < text.length && text.charCodeAt(at) !== 0x22; at++) if (text.charCodeAt(at) === 0x5c) at++;
    } else if (unit === 0x7b || unit === 0x5b) {
      if (++depth > maxDepth) throw new JsonProblem(`nested deeper than ${maxDepth} levels`, at);
    } else if (unit === 0x7d || unit === 0x5d) depth--;
  }
}

/** How often a mark stands in a text, up to one more than the levels allowed. Much faster than looking at each letter. */
function occurrences(mark: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(mark); at >= 0 && count <= maxDepth; at = text.indexOf(mark, at + 1)) count++;
  return count;
}

/** `JSON.parse` words its errors by engine version and often leaves out the place; our own parser knows it. */
function problemIn(text: string, error: unknown): string {
  try {
    if (error instanceof JsonProblem) throw error;
    parseStrictJson(text, maxDepth);
  } catch (problem) {
    if (problem instanceof JsonProblem) return `${problem.message} (${placeIn(text, problem.position)})`;
  }
  return messageOf(error);
}
