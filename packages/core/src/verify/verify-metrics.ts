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
 * Checks the logs of a run. They carry no checksum but the event files' own: without `deep`, which reads them, only
 * that they are files.
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
    // Somebody has removed it since it was listed.
    if (status === undefined) continue;
    if (!status.isFile()) problems.push(damage('invalid', name, 'is not a regular file'));
    else if (deep && name === metricsName) problems.push(...(await linesOf(path)));
    else if (deep && name.startsWith('events.')) problems.push(...(await recordsOf(path, name)));
  }
  return problems;
}

/** The files of a run that only grow. */
export function isLog(name: string): boolean {
  return name === metricsName || name === 'console.log' || name.startsWith('events.out.tfevents.');
}

async function linesOf(path: string): Promise<Problem[]> {
  let wrong = 0;
  let firstWrong = '';
  try {
    for await (const { first, lines } of wholeLines(path)) {
      for (const [index, line] of lines.entries()) {
        const problem = problemIn(line, path, `Line ${first + index}`);
        if (problem === undefined) continue;
        if (wrong++ === 0) firstWrong = problem;
      }
    }
  } catch (error) {
    if (!isForgeError(error) || error.code !== 'RUN_INVALID') throw error;
    return [damage('invalid', metricsName, `cannot be read on: ${error.message}`)];
  }
  if (wrong === 0) return [];
  const keepLines = { kind: 'keep lines', path: metricsName } as const;
  const message = wrong === 1 ? 'holds a line that is no record' : `holds ${wrong} lines that are no records`;
  return [damage('altered', metricsName, `${message}: ${firstWrong}`, keepLines)];
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
