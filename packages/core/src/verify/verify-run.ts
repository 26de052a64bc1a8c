import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { correctionNamed } from '../code/code-place.js';
import { checkOptions } from '../errors/check-options.js';
import { messageOf } from '../errors/forge-error.js';
import { fsError, isMissing } from '../fs/fs-error.js';
import type { RunFolder } from '../run/folder/run-folder.js';
import type { RunRecord } from '../run/record/run-record.js';
import { type ShownStatus, shownStatus } from '../run/record/run-status.js';
import { leftoverAt, namesOrNone, writerOf } from './leftovers.js';
import { damage, type Problem, unneeded } from './problem.js';
import { quarantineName } from './quarantine.js';
import { verifyCheckpoints } from './verify-checkpoints.js';
import { type CodeOfRun, codePlaces, verifyCode } from './verify-code.js';
import { isLog, verifyMetrics } from './verify-metrics.js';
import { verifyRecords } from './verify-records.js';

export interface VerifyOptions {
  /** Whether every byte is read and every checksum checked; else sizes and manifests only. */
  readonly deep?: boolean;
}

/** What was found in a run's folder. */
export interface VerifiedRun {
  /** Its folder. */
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
  /** Null where `run.json` cannot be read. */
  readonly status: ShownStatus | null;
  readonly problems: readonly Problem[];
  /** Whether one of them is damage. */
  readonly damaged: boolean;
  /** What can still be loaded. */
  readonly loadable: {
    /** Steps whose checkpoint is sound, ascending. */
    readonly checkpoints: readonly number[];
    /** Whether its code would be run: nothing of it was altered, and nothing added. */
    readonly code: boolean;
    /** Whether it can be resumed: its code and flags are whole, and a checkpoint is sound where there are any. */
    readonly run: boolean;
  };
}

/**
 * Checks a run's folder against everything that docs/run-folder.md promises. Only looks, and runs no code of it. What
 * the system does not let be read is a problem of the run like any other.
 */
export async function verifyRun(folder: RunFolder, options: VerifyOptions = {}): Promise<VerifiedRun> {
  checkOptions(options, ['deep'], { of: 'verifyRun(folder, options)' });
  try {
    return await look(folder, options);
  } catch (error) {
    // Whatever it is: a run that cannot be checked must not keep others from being checked.
    const problem = damage('unreadable', '.', `cannot be checked: ${messageOf(error)}`, null);
    return verified(folder, { record: undefined, problems: [problem], checkpoints: [] });
  }
}

async function look(folder: RunFolder, { deep = false }: VerifyOptions): Promise<VerifiedRun> {
  const { path } = folder;
  const problems: Problem[] = [];
  const attempt = async <T extends readonly Problem[]>(place: string, work: () => Promise<T>): Promise<void> => {
    try {
      for (const problem of await work()) problems.push(problem);
    } catch (error) {
      problems.push(damage('unreadable', place, `cannot be read: ${messageOf(error)}`, null));
    }
  };
  let names: readonly string[] = [];
  await attempt('.', async () => {
    names = await namesOrNone(path);
    return [];
  });
  if (problems.length > 0) return verified(folder, { record: undefined, problems, checkpoints: [] });
  if (!names.some((name) => name === 'run.json' || name === 'checkpoints' || isLog(name))) {
    const problem = unneeded('unfinished', '.', 'has no run.json: it is no run, or one that never came to be');
    return verified(folder, { record: undefined, problems: [problem], checkpoints: [] });
  }
  const { record, problems: ofRecords } = await verifyRecords(path);
  problems.push(...ofRecords);
  const codeOf = record ?? codeByNames(names);
  await attempt('code', () => verifyCode(path, names, codeOf, deep));
  await attempt('git.diff', () => verifyPatch(path, record));
  await attempt('metrics.jsonl', () => verifyMetrics(path, names, deep));
  let checkpoints: readonly number[] = [];
  await attempt('checkpoints', async () => {
    const found = await verifyCheckpoints(path, deep);
    checkpoints = found.sound;
    return found.problems;
  });
  for (const problem of others(names, codeOf)) problems.push(problem);
  return verified(folder, { record, problems, checkpoints });
}

function verified(
  { path, experiment, number }: RunFolder,
  found: { record: RunRecord | undefined; problems: readonly Problem[]; checkpoints: readonly number[] },
): VerifiedRun {
  const { record, problems, checkpoints } = found;
  const harm = problems.filter(({ damage }) => damage);
  const harmed = (...places: string[]) => harm.some(({ path }) => places.includes(path.split('/')[0]!));
  // What has no manifest counts as never saved.
  const lost = harm.some(({ kind, path }) => kind !== 'unnamed' && path.startsWith('checkpoints'));
  const place = record && codePlaces(record).at(-1);
  // A run without code is loaded with the objects it was made with.
  const code = record !== undefined && (place === undefined || !harmed(place.folder, place.manifest));
  return {
    run: path,
    experiment,
    number,
    status: record === undefined ? null : shownStatus(record, path),
    problems,
    damaged: harm.length > 0,
    loadable: { checkpoints, code, run: code && !harmed('flags.json') && (checkpoints.length > 0 || !lost) },
  };
}

/** Where something differed from the commit and nothing was left out, there is a patch. */
async function verifyPatch(run: string, record: RunRecord | undefined): Promise<Problem[]> {
  const file = join(run, 'git.diff');
  const found = await stat(file).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw fsError(error, file, 'read');
  });
  if (found !== undefined) return found.isFile() && found.size > 0 ? [] : [damage('truncated', 'git.diff', 'is empty')];
  const git = record?.git;
  const expected = git?.dirty === true && git.omitted.length === 0;
  return expected ? [damage('missing', 'git.diff', 'is missing, and run.json says that files differed', null)] : [];
}

/** Names in a run's folder that format 2 reserves, and that nothing writes yet: see docs/run-folder.md. */
const reservedNames: readonly string[] = ['annotations.json', 'media', 'media.jsonl', 'preprocessing', 'base'];

/** Temporary files of dead processes, and what is not Forge's. */
function others(names: readonly string[], code: CodeOfRun): Problem[] {
  const known = ['run.json', 'flags.json', 'git.diff', 'checkpoints', '.resume-lock', '.take-up', quarantineName];
  known.push(...reservedNames);
  const problems: Problem[] = [];
  for (const name of names) {
    const leftover = leftoverAt(name, name);
    if (leftover !== undefined) problems.push(leftover);
    else if (!known.includes(name) && !isCode(name, code) && !isLog(name) && writerOf(name) === undefined) {
      problems.push(unneeded('foreign', name, 'is not of this format'));
    }
  }
  return problems;
}

/** Where `run.json` cannot be read, everything that looks like code counts. */
function codeByNames(names: readonly string[]): CodeOfRun {
  const numbers = new Set(names.flatMap((name) => correctionNamed(name) ?? []));
  const resumes = [...numbers].sort((a, b) => a - b).map((code) => ({ time: '', step: 0, code }));
  return { code: 'stored', resumes };
}

/** Corrections that no resume names are problems of the code. */
function isCode(name: string, code: CodeOfRun): boolean {
  return correctionNamed(name) !== undefined || codePlaces(code).some((place) => Object.values(place).includes(name));
}
