import { ForgeError, messageOf } from '../errors/forge-error.js';
import { type BoundedFile, readBounded } from '../fs/read-bounded.js';
import { JsonProblem, parseStrictJson, placeIn } from './strict-json.js';

export interface JsonFile extends BoundedFile {
  /** Whether a key that is given twice is refused. Default: the last counts. */
  readonly strict?: boolean;
}

/** No file of ours is nested as deep; one that is would exhaust the stack of whoever walks it. */
const maxDepth = 64;

/**
 * Reads a JSON file that holds one object.
 * @throws ForgeError FILE_SYSTEM (see `isMissing`), or `code` when the file is too large, no JSON or no object.
 */
export async function readJson(path: string, file: JsonFile): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readBounded(path, file);
  return parseJsonObject(bytes, path, file);
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
