import { join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { fsError, isMissing } from '../../fs/fs-error.js';
import { readRegularFile } from '../../fs/read-regular-file.js';
import { parseJsonText } from '../../json/json-file.js';
import { invalidField } from '../../schema/file-check.js';
import { isAnnotationsFile } from '../../schema/file-checks.generated.js';
import { type FormatVersion, formatVersion, isReadableVersion } from '../../schema/format-version.js';

export const annotationsName = 'annotations.json';

/** The content of `annotations.json`: what people say about a run. Fields that a later Forge adds are kept. */
export interface AnnotationsFile {
  readonly formatVersion: FormatVersion;
  readonly tags: readonly string[];
  /** Free text; empty for none. */
  readonly note: string;
  /** A display name; empty for none. */
  readonly name: string;
}

/** Tags, a note and a display name of a run; empty if it has none. */
export type Annotations = Omit<AnnotationsFile, 'formatVersion'>;

export const noAnnotations: Annotations = { tags: [], note: '', name: '' };

/** Large enough for any text that Forge accepts. */
const kind = { what: 'annotations file', code: 'RUN_INVALID', maxBytes: 1024 * 1024, link: 'refuse' } as const;

/**
 * Reads the annotations of a run. Synchronous, since a list reads those of thousands of runs.
 * @param run its folder
 * @throws ForgeError RUN_INVALID naming the file and what is invalid; FILE_SYSTEM
 */
export function readAnnotations(run: string): Annotations {
  const content = readAnnotationsFile(run);
  if (content === undefined) return noAnnotations;
  const { tags, note, name } = content;
  return { tags, note, name };
}

/** The whole file with unknown fields; undefined if there is none. @throws as `readAnnotations` */
export function readAnnotationsFile(run: string): AnnotationsFile | undefined {
  const file = join(run, annotationsName);
  try {
    return checked(parseJsonText(readRegularFile(file, kind).text, file, { ...kind, strict: true }), file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fsError(error, file, `read the ${kind.what}`);
  }
}

function checked(value: Readonly<Record<string, unknown>>, file: string): AnnotationsFile {
  if (!isReadableVersion(value.formatVersion)) {
    const version = JSON.stringify(value.formatVersion);
    const text = `${file} has format version ${version}; this Forge reads versions 1 to ${formatVersion}.`;
    throw new ForgeError(kind.code, text, { about: file });
  }
  const field = invalidField(isAnnotationsFile, value);
  if (field !== undefined) throw new ForgeError(kind.code, `${file} has an invalid "${field}".`, { about: file });
  return value as unknown as AnnotationsFile;
}
