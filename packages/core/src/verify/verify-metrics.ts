import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { isForgeError } from '../errors/forge-error.js';
import { fsError, isMissing } from '../fs/fs-error.js';
import { parseMetricLine } from '../metrics/log/metric-line.js';
import { wholeLines } from '../metrics/log/whole-lines.js';
import { parseMediaLine } from '../metrics/media/media-line.js';
import { validRecords } from '../metrics/tensorboard/valid-records.js';
import { damage, type Problem } from './problem.js';

const metricsName = 'metrics.jsonl';
const mediaName = 'media.jsonl';

/**
 * Checks the logs of a run. Only event files have checksums. Without `deep`, which reads the logs, only checks that they
 * are regular files.
 * @throws ForgeError FILE_SYSTEM
 */
export async function verifyMetrics(run: string, names: readonly string[], deep: boolean): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const name of names.filter(isLog)) {
    const path = join(run, name);
    const status = await lstat(path).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw fsError(error, path, 'read');
    });
    // Removed since it was listed.
    if (status === undefined) continue;
    if (!status.isFile()) problems.push(damage('invalid', name, 'is not a regular file'));
    else if (deep && name === metricsName) problems.push(...(await linesOf(path, name, parseMetricLine)));
    else if (deep && name === mediaName) problems.push(...(await mediaOf(run, path)));
    else if (deep && name.startsWith('events.')) problems.push(...(await recordsOf(path, name)));
  }
  return problems;
}

/** Whether a file of a run is append-only. */
export function isLog(name: string): boolean {
  return (
    name === metricsName || name === mediaName || name === 'console.log' || name.startsWith('events.out.tfevents.')
  );
}

/** Invalid lines, and files that are named and missing. */
async function mediaOf(run: string, path: string): Promise<Problem[]> {
  const files = new Set<string>();
  const problems = await linesOf(path, mediaName, (line, ...place) => files.add(parseMediaLine(line, ...place).file));
  for (const file of files) {
    const status = await lstat(join(run, file)).catch(() => undefined);
    if (status?.isFile() === true) continue;
    problems.push(damage('missing', file, 'is missing, but media.jsonl names it', null));
  }
  return problems;
}

type Parse = (line: string, path: string, where: string) => unknown;

/** The invalid lines of a log, as one problem. @param parse throws RUN_INVALID for an invalid line */
async function linesOf(path: string, name: string, parse: Parse): Promise<Problem[]> {
  let invalid = 0;
  let firstInvalid = '';
  try {
    for await (const { first, lines } of wholeLines(path)) {
      for (const [index, line] of lines.entries()) {
        const problem = problemIn(line, path, `Line ${first + index}`, parse);
        if (problem === undefined) continue;
        if (invalid++ === 0) firstInvalid = problem;
      }
    }
  } catch (error) {
    if (!isForgeError(error) || error.code !== 'RUN_INVALID') throw error;
    return [damage('invalid', name, `cannot be read further: ${error.message}`)];
  }
  if (invalid === 0) return [];
  const keepLines = { kind: 'keep lines', path: name } as const;
  const message = invalid === 1 ? 'has an invalid line' : `has ${invalid} invalid lines`;
  return [damage('altered', name, `${message}: ${firstInvalid}`, keepLines)];
}

function problemIn(line: string, path: string, where: string, parse: Parse): string | undefined {
  try {
    parse(line, path, where);
    return undefined;
  } catch (error) {
    if (!isForgeError(error)) throw error;
    return error.message
      .replace(` of ${path}`, '')
      .replace(/ is not a \w+ record/, '')
      .replace(/\.$/, '');
  }
}

async function recordsOf(path: string, name: string): Promise<Problem[]> {
  const { bytes, corrupt } = await validRecords(path);
  if (!corrupt) return [];
  const keepBytes = { kind: 'keep bytes', path: name } as const;
  return [damage('altered', name, `has a record at byte ${bytes} that does not match its checksum`, keepBytes)];
}
