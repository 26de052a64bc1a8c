import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { codeFaults } from '../../code/code-faults.js';
import type { MissingFile } from '../../code/code-manifest.js';
import { type CodePlace, codePlace, correctionsOf, currentCode } from '../../code/code-place.js';
import { openStoredCode } from '../../code/stored-code.js';
import { projectRoot } from '../../config/project/project-root.js';
import { ForgeError } from '../../errors/forge-error.js';
import { fsError, isMissing, systemCode } from '../../fs/fs-error.js';
import { copyToNewFile, makeNewFolder, makeSafeFolder } from '../../fs/safe-files.js';
import { writeOutput } from '../../fs/write-output.js';
import { writeJson } from '../../json/write-json.js';
import { shellWord } from '../../text/shell-word.js';
import type { RunFolder } from '../folder/run-folder.js';
import { readRunFlags } from '../record/flags-file.js';
import { readRunRecord } from '../record/read-run-record.js';
import { initName } from '../record/run-init.js';
import type { RunRecord } from '../record/run-record.js';

/** A copy of a run's code, in a folder of its own. */
export interface CopiedCode {
  readonly out: string;
  /** 0 is the original code, 1 and more its corrections. */
  readonly code: number;
  readonly files: number;
  /** The name of the file with the run's flags. */
  readonly flagsFile: string;
  /** The command that trains with the copy. */
  readonly command: string;
  /** What the code needs and the run does not store. */
  readonly missing: readonly MissingFile[];
}

/**
 * Writes the stored code of a run into a new or empty folder, with a flags file, so that `forge train` runs it there. The
 * files are checked against their hashes. Runs none of it.
 * @param number of the code: 0 is the original. Default: the newest
 * @throws ForgeError CODE_MISSING, CODE_ALTERED, RUN_INVALID, FILE_SYSTEM; USAGE for a folder that is not empty, or is
 * among runs
 */
export async function copyRunCode(
  { path, experiment, number: runNumber }: RunFolder,
  folder: string,
  number?: number,
): Promise<CopiedCode> {
  const out = resolve(folder);
  const label = `${experiment}/${runNumber}`;
  const record = await readRunRecord(path);
  const flags = await readRunFlags(path);
  const place = placeOf(label, record, number);
  const code = await openStoredCode(path, place);
  await requireEmpty(out);
  refuseAmongRuns(out);
  const { files, entries, missing } = code.manifest;
  const flagsFile = ['flags.json', 'run.flags.json', `flags.${experiment}.${runNumber}.json`].find(
    (name) => !files.some((file) => file.path.split('/')[0] === name),
  )!;
  const values = {
    ...Object.fromEntries(Object.entries(flags).map(([name, { value }]) => [name, value])),
    backend: record.backend.name,
    engine: record.engine.engine,
    dataConfig: entries.data,
    modelConfig: entries.model,
    runName: experiment,
    // The run keeps the parameters that it began with: the other run may be gone.
    ...(record.init === undefined ? {} : { initFrom: join(path, initName), map: null }),
  };
  const { resultsDir: _, ...kept } = values as Record<string, unknown>;
  await writeOutput(out, async (temporary) => {
    await makeNewFolder(temporary);
    for (const file of files) {
      const to = join(temporary, file.path);
      await makeSafeFolder(dirname(to), temporary);
      await copyToNewFile(join(code.folder, file.path), to, temporary);
    }
    // The run may have changed meanwhile.
    const [fault] = await codeFaults(temporary, code.manifest, true);
    if (fault !== undefined) {
      throw new ForgeError('CODE_ALTERED', `${join(code.folder, fault.path)} was changed while it was copied.`, {
        about: fault.path,
      });
    }
    await writeJson(join(temporary, flagsFile), kept);
  });
  const command = `cd ${shellWord(folder)} && forge train --flags-file ${flagsFile}`;
  return { out, code: number ?? correctionsOf(record).at(-1) ?? 0, files: files.length, flagsFile, command, missing };
}

function placeOf(label: string, record: RunRecord, number: number | undefined): CodePlace {
  const corrections = correctionsOf(record);
  if (number !== undefined && number !== 0 && !corrections.includes(number)) {
    const known = [0, ...corrections].join(', ');
    throw new ForgeError('CODE_MISSING', `${label} has no code ${number}.`, {
      about: label,
      hint: `Available: ${known}; 0 is the code that it was started with.`,
    });
  }
  const place = number === undefined ? currentCode(record) : codePlace(number === 0 ? null : number);
  if (record.code === 'stored' || place.folder !== 'code') return place;
  throw new ForgeError(
    'CODE_MISSING',
    `${label} stores no code: its configs were objects of the script that made it.`,
    {
      about: label,
      hint: `The script is not stored; forge runs show ${shellWord(label)} shows the command that ran it.`,
    },
  );
}

async function requireEmpty(out: string): Promise<void> {
  const names = await readdir(out).catch((error: unknown) => {
    if (systemCode(error) === 'ENOTDIR' && existsSync(out)) {
      throw new ForgeError('USAGE', `${out} is a file.`, { about: out, hint: 'Name a new or an empty folder.' });
    }
    if (isMissing(error)) return [];
    throw fsError(error, out, 'write');
  });
  if (names.length === 0) return;
  throw new ForgeError('USAGE', `${out} is not empty.`, { about: out, hint: 'Name a new or an empty folder.' });
}

/** In a folder of runs no project file and no plugin is looked for, so that nothing could be trained there. */
function refuseAmongRuns(out: string): void {
  const { run } = projectRoot(dirname(out));
  if (run === undefined) return;
  throw new ForgeError('USAGE', `${out} is in a folder of runs, where forge train does not work.`, {
    about: out,
    hint: 'Name a folder outside the results folder.',
  });
}
