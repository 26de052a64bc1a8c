import { ForgeError, messageOf } from '../errors/forge-error.js';
import { type BoundedFile, readBounded } from '../fs/read-bounded.js';
import { isObject } from './is-object.js';
import { JsonProblem, parseStrictJson, placeIn } from './strict-json.js';

export interface JsonFile extends BoundedFile {
  /** Whether to refuse duplicate keys. Default: the last value counts. */
  readonly strict?: boolean;
}

/** No file of Forge is nested as deep; a deeper one could overflow the stack of code that walks it. */
const maxDepth = 64;

/**
 * Reads a JSON file that holds one object.
 * @throws ForgeError FILE_SYSTEM (see `isMissing`), or `code` if the file is too large, not JSON or not an object.
 */
export async function readJson(path: string, file: JsonFile): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readBounded(path, file);
  return parseJsonObject(bytes, path, file);
}

/**
 * The object in the bytes of a JSON file.
 * @throws ForgeError `code`, naming the file and the line and column of the error.
 */
export function parseJsonObject(bytes: Uint8Array, path: string, file: JsonFile): Readonly<Record<string, unknown>> {
  return parseJsonText(decodeText(bytes), path, file);
}

/** The same for its text; undefined if the bytes are not UTF-8. @throws ForgeError `code` */
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

/** Text of UTF-8 bytes; undefined if they are not UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Counts brackets outside strings. */
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

/** How often a character is in a text, counted up to `maxDepth + 1`. Much faster than a loop over the characters. */
function occurrences(mark: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(mark); at >= 0 && count <= maxDepth; at = text.indexOf(mark, at + 1)) count++;
  return count;
}

/** The messages of `JSON.parse` differ by engine version and often lack the position; our own parser reports it. */
function problemIn(text: string, error: unknown): string {
  try {
    if (error instanceof JsonProblem) throw error;
    parseStrictJson(text, maxDepth);
  } catch (problem) {
    if (problem instanceof JsonProblem) return `${problem.message} (${placeIn(text, problem.position)})`;
  }
  return messageOf(error);
}
