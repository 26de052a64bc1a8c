import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ForgeError, isForgeError } from '../errors/forge-error.js';
import { fileError } from '../files/file-error.js';
import { parseJsonObject } from '../files/json-file.js';
import { experimentNames, type RunFolder, runNumbers } from './run-folder.js';
import { type FileIdentity, identityOf, RunIndex } from './run-index.js';
import { checkRunRecord } from './run-record.js';
import { type RunSummary, summarise } from './run-summary.js';

/** A numbered folder, and what its `run.json` says, or why it says nothing. */
export interface SummarisedRun {
  readonly folder: RunFolder;
  readonly summary: RunSummary | ForgeError;
}

const kind = { what: 'run file', code: 'RUN_INVALID' } as const;
/** A larger `run.json` is none of ours. */
const largest = 64 * 1024 * 1024;
/** How long other work may have to wait, ms. */
const longestTurn = 50;

/**
 * What a list shows of every run under a results folder. Thousands are read one after the other with synchronous
 * calls, five times as fast as many at once with asynchronous ones; what has not changed since the last time comes
 * from the results folder's index.
 * @throws ForgeError FILE_SYSTEM where a folder cannot be listed
 */
export async function listRunSummaries(results: string): Promise<SummarisedRun[]> {
  const index = RunIndex.open(results);
  const found: SummarisedRun[] = [];
  let turnEnds = performance.now() + longestTurn;
  for (const experiment of await experimentNames(results)) {
    for (const number of await runNumbers(join(results, experiment))) {
      const folder = { path: join(results, experiment, String(number)), experiment, number };
      found.push({ folder, summary: lookAt(folder, index) });
      if (performance.now() < turnEnds) continue;
      await new Promise(setImmediate);
      turnEnds = performance.now() + longestTurn;
    }
  }
  index.save();
  return found;
}

function lookAt({ path, experiment, number }: RunFolder, index: RunIndex): RunSummary | ForgeError {
  const run = `${experiment}/${number}`;
  const file = join(path, 'run.json');
  try {
    if (index.has(run)) {
      const known = index.find(run, identityOf(statSync(file)));
      if (known !== undefined) return known;
    }
    const { bytes, identity } = readFileAndIdentity(file);
    const summary = summarise(checkRunRecord(parseJsonObject(bytes, file, kind), file));
    index.add(run, identity, summary);
    return summary;
  } catch (error) {
    const named = fileError(error, file, `read the ${kind.what}`);
    if (isForgeError(named)) return named;
    throw named;
  }
}

/** The content and the identity of the same file, whatever takes its place meanwhile. */
function readFileAndIdentity(file: string): { readonly bytes: Uint8Array; readonly identity: FileIdentity } {
  // Without waiting: a pipe would block the opening until somebody writes to it.
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw invalid(file, 'is not a regular file');
    if (status.size > largest)
      throw invalid(file, `has ${status.size} bytes, more than the ${largest} that are allowed`);
    const bytes = Buffer.allocUnsafe(status.size);
    let length = 0;
    for (let count = 1; length < bytes.length && count > 0; length += count) {
      count = readSync(descriptor, bytes, length, bytes.length - length, length);
    }
    return { bytes: bytes.subarray(0, length), identity: identityOf(status) };
  } finally {
    closeSync(descriptor);
  }
}

function invalid(file: string, how: string): ForgeError {
  return new ForgeError(kind.code, `The ${kind.what} ${file} ${how}.`, { about: file });
}
