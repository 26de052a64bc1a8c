import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { correctionNamed } from '../code/code-place.js';
import { checkOptions } from '../errors/check-options.js';
import { messageOf } from '../errors/forge-error.js';
import { fsError, isMissing } from '../fs/fs-error.js';
import { faultOf } from '../fs/fs-fault.js';
import type { RunFolder } from '../run/folder/run-folder.js';
import { ownNames } from '../run/own-names.js';
import { annotationsName } from '../run/record/annotations.js';
import { preprocessingFile, preprocessingName } from '../run/record/preprocessing-files.js';
import { initName } from '../run/record/run-init.js';
import type { RunRecord } from '../run/record/run-record.js';
import { type ShownStatus, shownStatus } from '../run/record/run-status.js';
import { leftoverAt, namesOrNone, writerOf } from './leftovers.js';
import { damage, harmless, type Problem } from './problem.js';
import { verifyCheckpoints } from './verify-checkpoints.js';
import { type CodeOfRun, codePlaces, verifyCode } from './verify-code.js';
import { isLog, verifyMetrics } from './verify-metrics.js';
import { verifyAnnotations, verifyRecords } from './verify-records.js';

export interface VerifyOptions {
  /** Whether to read every byte and verify every checksum, not only sizes and manifests. Default: false. */
  readonly deep?: boolean;
}

/** The result of verifying a run's folder. */
export interface VerifiedRun {
  /** Its folder. */
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
  /** Null if `run.json` cannot be read. */
  readonly status: ShownStatus | null;
  readonly problems: readonly Problem[];
  /** Whether any of the problems is damage. */
  readonly damaged: boolean;
  /** What can still be loaded. */
  readonly loadable: {
    /** Steps whose checkpoint is valid, ascending. */
    readonly checkpoints: readonly number[];
    /** Whether its code would be run: nothing was altered or added. */
    readonly code: boolean;
    /** Whether it can be resumed: code and flags are intact, and if there are checkpoints, at least one is valid. */
    readonly run: boolean;
  };
}

/**
 * Checks a run's folder against docs/run-folder.md. Never modifies the run or runs its code. A file that cannot be read
 * is reported as a problem.
 */
export async function verifyRun(folder: RunFolder, options: VerifyOptions = {}): Promise<VerifiedRun> {
  checkOptions(options, ['deep'], { of: 'verifyRun(folder, options)' });
  try {
    return await verifyFolder(folder, options);
  } catch (error) {
    // Any error: a run that cannot be checked must not prevent checking others.
    const problem = damage('unreadable', '.', `cannot be checked: ${messageOf(error)}`, null);
    return verified(folder, { record: undefined, problems: [problem], checkpoints: [] });
  }
}

async function verifyFolder(folder: RunFolder, { deep = false }: VerifyOptions): Promise<VerifiedRun> {
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
    const problem = harmless('unfinished', '.', 'has no run.json: it is not a run, or one that did not start');
    return verified(folder, { record: undefined, problems: [problem], checkpoints: [] });
  }
  const { record, problems: ofRecords } = await verifyRecords(path);
  problems.push(...ofRecords);
  await attempt(annotationsName, async () => verifyAnnotations(path));
  const codeOf = record ?? codeByNames(names);
  await attempt('code', () => verifyCode(path, names, codeOf, deep));
  await attempt(initName, () => verifyInit(path, record, deep));
  await attempt(preprocessingName, () => verifyPreprocessing(path, record, deep));
  await attempt('git.diff', () => verifyPatch(path, record));
  await attempt('metrics.jsonl', () => verifyMetrics(path, names, deep));
  let checkpoints: readonly number[] = [];
  await attempt('checkpoints', async () => {
    const found = await verifyCheckpoints(path, deep);
    checkpoints = found.valid;
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
  const damages = problems.filter(({ damage }) => damage);
  const isDamaged = (...places: string[]) => damages.some(({ path }) => places.includes(path.split('/')[0]!));
  // A checkpoint without a manifest counts as never saved.
  const lost = damages.some(({ kind, path }) => kind !== 'unnamed' && path.startsWith('checkpoints'));
  const place = record && codePlaces(record).at(-1);
  // A run without stored code is loaded with the objects that created it.
  const code = record !== undefined && (place === undefined || !isDamaged(place.folder, place.manifest));
  return {
    run: path,
    experiment,
    number,
    status: record === undefined ? null : shownStatus(record, path),
    problems,
    damaged: damages.length > 0,
    loadable: { checkpoints, code, run: code && !isDamaged('flags.json') && (checkpoints.length > 0 || !lost) },
  };
}

/** There must be a patch if files differed from the commit and none was omitted. */
async function verifyPatch(run: string, record: RunRecord | undefined): Promise<Problem[]> {
  const file = join(run, 'git.diff');
  const found = await stat(file).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw fsError(error, file, 'read');
  });
  if (found !== undefined) return found.isFile() && found.size > 0 ? [] : [damage('truncated', 'git.diff', 'is empty')];
  const git = record?.git;
  const expected = git?.dirty === true && git.omitted.length === 0;
  return expected
    ? [damage('missing', 'git.diff', 'is missing, but run.json says that files differed from the commit', null)]
    : [];
}

/** The parameters that the run began with: needed to start it again from step 0. */
async function verifyInit(run: string, record: RunRecord | undefined, deep: boolean): Promise<Problem[]> {
  if (record?.init === undefined) return [];
  const fault = await faultOf(join(run, initName), record.init.file, deep);
  return fault === undefined ? [] : [damage(fault.kind, initName, fault.problem, null)];
}

/** The fitted preprocessing: needed to load the run's data, and to predict raw rows. */
async function verifyPreprocessing(run: string, record: RunRecord | undefined, deep: boolean): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [name, summary] of Object.entries(record?.preprocessing ?? {})) {
    const file = preprocessingFile(name);
    const fault = await faultOf(join(run, file), summary, deep);
    if (fault !== undefined) problems.push(damage(fault.kind, file, fault.problem, null));
  }
  return problems;
}

/** Names of the run format that are not Forge's own files: its locks, and the report that a plugin writes. */
const otherNames: readonly string[] = ['.resume-lock', '.take-up', 'report.html'];

/** Temporary files of dead processes, and foreign files. */
function others(names: readonly string[], code: CodeOfRun): Problem[] {
  const known = [...ownNames, ...otherNames];
  const problems: Problem[] = [];
  for (const name of names) {
    const leftover = leftoverAt(name, name);
    if (leftover !== undefined) problems.push(leftover);
    else if (!known.includes(name) && !isCode(name, code) && !isLog(name) && writerOf(name) === undefined) {
      problems.push(harmless('foreign', name, 'is not part of the run format'));
    }
  }
  return problems;
}

/** If `run.json` cannot be read, every name that looks like code counts as code. */
function codeByNames(names: readonly string[]): CodeOfRun {
  const numbers = new Set(names.flatMap((name) => correctionNamed(name) ?? []));
  const resumes = [...numbers].sort((a, b) => a - b).map((code) => ({ time: '', step: 0, code }));
  return { code: 'stored', resumes };
}

/** Whether a name is code; `verifyCode` reports corrections that no resume refers to. */
function isCode(name: string, code: CodeOfRun): boolean {
  return correctionNamed(name) !== undefined || codePlaces(code).some((place) => Object.values(place).includes(name));
}
