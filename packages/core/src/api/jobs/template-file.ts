import { join } from 'node:path';
import type { EngineInfo } from '../../backend/backend.js';
import { ForgeError } from '../../errors/forge-error.js';
import { readJson } from '../../json/json-file.js';
import { writeJson } from '../../json/write-json.js';
import type { RunBackend, RunGit } from '../../run/record/run-record.js';
import { invalidField } from '../../schema/file-check.js';
import { type FormatVersion, formatVersion, isReadableVersion } from '../../schema/format-version.js';
import { isTemplateFile } from '../../schema/job-checks.generated.js';

/** The content of `template/template.json` of a sweep: what every trial starts from, besides code and flags. */
export interface TemplateFile {
  readonly formatVersion: FormatVersion;
  readonly backend: RunBackend;
  readonly engine: EngineInfo;
  readonly versions: Readonly<Record<string, string>>;
  /** Where relative paths among the flags and in the code start. */
  readonly directory: string;
  readonly git: RunGit | null;
  /** `in-memory`: the configs are objects of a script, and no code is stored. */
  readonly code: 'stored' | 'in-memory';
}

/** The folder of a sweep that holds it. */
export const templateName = 'template';

export async function writeTemplateFile(folder: string, template: Omit<TemplateFile, 'formatVersion'>): Promise<void> {
  await writeJson(join(folder, 'template.json'), { formatVersion, ...template });
}

/** @throws ForgeError RUN_INVALID naming the file and the field that is invalid; FILE_SYSTEM */
export async function readTemplateFile(folder: string): Promise<TemplateFile> {
  const file = join(folder, 'template.json');
  const value = await readJson(file, { what: 'template', code: 'RUN_INVALID', strict: true, link: 'refuse' });
  const field = isReadableVersion(value.formatVersion) ? invalidField(isTemplateFile, value) : 'formatVersion';
  if (field === undefined) return value as unknown as TemplateFile;
  throw new ForgeError('RUN_INVALID', `${file} has an invalid "${field}".`, {
    about: file,
    hint: 'Restore it from a backup: every trial of the sweep starts from it.',
  });
}
