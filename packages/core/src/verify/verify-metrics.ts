import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { isForgeError } from '../errors/forge-error.js';
import { fsError, isMissing } from '../fs/fs-error.js';
import { parseMetricLine } from '../metrics/log/metric-line.js';
import { wholeLines } from '../metrics/log/whole-lines.js';
import { validRecords } from '../metrics/tensorboard/valid-records.js';
import { damage, type Problem } from './problem.js';

const metricsName = 'metrics.jsonl';

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
    else if (deep && name === metricsName) problems.push(...(await linesOf(path)));
    else if (deep && name.startsWith('events.')) problems.push(...(await recordsOf(path, name)));
  }
  return problems;
}

/** Whether a file of a run is append-only. */
export function isLog(name: string): boolean {
  return name === metricsName || name === 'console.log' || name.startsWith('events.out.tfevents.');
}

async function linesOf(path: string): Promise<Problem[]> {
  let invalid = 0;
  let firstInvalid = '';
  try {
    for await (const { first, lines } of wholeLines(path)) {
      for (const [index, line] of lines.entries()) {
        const problem = problemIn(line, path, `Line ${first + index}`);
        if (problem === undefined) continue;
        if (invalid++ === 0) firstInvalid = problem;
      }
    }
  } catch (error) {
    if (!isForgeError(error) || error.code !== 'RUN_INVALID') throw error;
    return [damage('invalid', metricsName, `cannot be read further: ${error.message}`)];
  }
  if (invalid === 0) return [];
  const keepLines = { kind: 'keep lines', path: metricsName } as const;
  const message = invalid === 1 ? 'has an invalid line' : `has ${invalid} invalid lines`;
  return [damage('altered', metricsName, `${message}: ${firstInvalid}`, keepLines)];
}

function problemIn(line: string, path: string, where: string): string | undefined {
  try {
    parseMetricLine(line, path, where);
    return undefined;
  } catch (error) {
    if (!isForgeError(error)) throw error;
    return error.message.replace(` of ${path} is not a metric record`, '').replace(/\.$/, '');
  }
}

async function recordsOf(path: string, name: string): Promise<Problem[]> {
  const { bytes, corrupt } = await validRecords(path);
  if (!corrupt) return [];
  const keepBytes = { kind: 'keep bytes', path: name } as const;
  return [damage('altered', name, `has a record at byte ${bytes} that does not match its checksum`, keepBytes)];
}
