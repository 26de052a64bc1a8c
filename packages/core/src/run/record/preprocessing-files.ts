import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { writeFileAtomic } from '../../fs/atomic-file.js';
import { type FileSummary, sha256 } from '../../fs/checksum.js';
import { fsError, isMissing } from '../../fs/fs-error.js';
import { readBounded } from '../../fs/read-bounded.js';
import { makeSafeFolder } from '../../fs/safe-files.js';
import { parseJsonObject } from '../../json/json-file.js';
import { isPreparationName } from '../../preprocessing/preparation.js';
import {
  decodePreparation,
  encodePreparation,
  furtherKinds,
  type StoredPreparation,
} from '../../preprocessing/preparation-file.js';
import type { PlannedStep } from '../../preprocessing/steps/step.js';
import type { RunRecord } from './run-record.js';

/** The folder of a run's fitted preprocessing. */
export const preprocessingName = 'preprocessing';

/** A vocabulary of a million words has about 20 MB. */
const mostBytes = 256 * 1024 * 1024;

/** The path of a preprocessing file in the run's folder. */
export function preprocessingFile(name: string): string {
  return join(preprocessingName, `${name}.json`);
}

/** Writes the preprocessing of a new run. @returns size and checksum of each file, for `run.json` */
export async function writePreprocessing(
  run: string,
  preparations: readonly StoredPreparation[],
): Promise<Readonly<Record<string, FileSummary>>> {
  const files: Record<string, FileSummary> = {};
  if (preparations.length > 0) await makeSafeFolder(join(run, preprocessingName), run);
  for (const preparation of preparations) {
    const { name } = preparation.fitted;
    const bytes = Buffer.from(`${JSON.stringify(encodePreparation(preparation), null, 1)}\n`);
    if (bytes.length > mostBytes) {
      throw new ForgeError(
        'DATA_INVALID',
        `The preprocessing "${name}" is too large to store: ${bytes.length} bytes.`,
        {
          about: name,
          hint: 'Limit the categories and words that it keeps: vocabulary({ max }), tokenize({ maxTokens }).',
        },
      );
    }
    await writeFileAtomic(join(run, preprocessingFile(name)), bytes, { root: run });
    files[name] = { bytes: bytes.length, checksum: sha256(bytes) };
  }
  return files;
}

/**
 * Reads the preprocessing of a run, by name.
 * @param findStep finds a step that a plugin provides; its errors are passed on
 * @throws ForgeError RUN_INVALID for a file that is damaged; FILE_SYSTEM for one that is missing
 */
export async function readPreprocessing(
  run: string,
  { preprocessing = {} }: RunRecord,
  findStep?: (kind: string) => Promise<PlannedStep['step']>,
): Promise<ReadonlyMap<string, StoredPreparation>> {
  const preparations = new Map<string, StoredPreparation>();
  for (const [name, summary] of Object.entries(preprocessing)) {
    const path = join(run, preprocessingFile(name));
    preparations.set(name, await decodeFile(path, await bytesOfRun(run, name, summary), findStep));
  }
  return preparations;
}

/** Copies the preprocessing of a run into an exported folder. @throws as readPreprocessing */
export async function copyPreprocessing(run: string, { preprocessing = {} }: RunRecord, out: string): Promise<void> {
  const files = Object.entries(preprocessing);
  if (files.length > 0) await makeSafeFolder(join(out, preprocessingName), out);
  for (const [name, summary] of files) {
    await writeFileAtomic(join(out, preprocessingFile(name)), await bytesOfRun(run, name, summary), { root: out });
  }
}

/**
 * Reads the preprocessing in an exported folder, by name; none where it has none.
 * @throws ForgeError as readPreprocessing
 */
export async function readExportedPreprocessing(
  folder: string,
  findStep: (kind: string) => Promise<PlannedStep['step']>,
): Promise<ReadonlyMap<string, StoredPreparation>> {
  const files = await readdir(join(folder, preprocessingName)).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw fsError(error, folder, 'read the preprocessing of');
  });
  const preparations = new Map<string, StoredPreparation>();
  for (const file of files) {
    const name = basename(file, '.json');
    if (file !== `${name}.json` || !isPreparationName(name)) continue;
    const path = join(folder, preprocessingFile(name));
    preparations.set(name, await decodeFile(path, await readBounded(path, kindOfFile), findStep));
  }
  return preparations;
}

const kindOfFile = { what: 'preprocessing file', code: 'RUN_INVALID', maxBytes: mostBytes, link: 'refuse' } as const;

/** @throws ForgeError RUN_INVALID where it is not what the run wrote */
async function bytesOfRun(run: string, name: string, { checksum }: FileSummary): Promise<Buffer> {
  if (!isPreparationName(name)) throw invalidName(run, name);
  const path = join(run, preprocessingFile(name));
  const bytes = await readBounded(path, kindOfFile);
  if (sha256(bytes) === checksum) return bytes;
  throw new ForgeError('RUN_INVALID', `The preprocessing file ${path} was changed after the run wrote it.`, {
    about: path,
    hint: 'Restore it from a backup. The checkpoints of the run can be read without it.',
  });
}

async function decodeFile(
  path: string,
  bytes: Buffer,
  findStep: ((kind: string) => Promise<PlannedStep['step']>) | undefined,
): Promise<StoredPreparation> {
  const value = { ...parseJsonObject(bytes, path, kindOfFile) };
  const kinds = findStep === undefined ? [] : furtherKinds(value);
  const further = await Promise.all(kinds.map(async (kind) => [kind, await findStep!(kind)] as const));
  return decodePreparation(value, path, new Map(further));
}

function invalidName(run: string, name: string): ForgeError {
  return new ForgeError(
    'RUN_INVALID',
    `run.json of ${run} names preprocessing ${JSON.stringify(name)}, which is no name.`,
    {
      about: run,
    },
  );
}
