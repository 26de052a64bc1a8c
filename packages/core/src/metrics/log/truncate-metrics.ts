import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fsyncDirectory } from '../../fs/durable-folder.js';
import { fsError } from '../../fs/fs-error.js';
import { requireSafeFile } from '../../fs/path-safety.js';
import { createFile, removeInside, renameInside } from '../../fs/safe-files.js';
import { parseMetricLine } from './metric-line.js';
import { wholeLines } from './whole-lines.js';

/**
 * Removes every record after a step, in any order, so that a resumed run writes each step once. The other records are
 * copied to a new file that replaces the old one: a crash leaves either of them. A file with nothing to remove is only
 * read.
 * @param options.replace copy the file in any case: a process that still has the old file open cannot write into the new one
 * @param options.without a split whose records of that step are removed too, because it is evaluated again
 * @returns how many records were removed.
 * @throws ForgeError RUN_INVALID naming the invalid line, FILE_SYSTEM, PATH_UNSAFE
 */
export async function truncateMetrics(
  path: string,
  step: number,
  { replace = false, without }: { readonly replace?: boolean; readonly without?: string | undefined } = {},
): Promise<number> {
  let cut = 0;
  const end = { step, without };
  for await (const { first, lines } of wholeLines(path)) cut += lines.length - kept(lines, first, path, end).length;
  if (cut > 0 || (replace && existsSync(path))) await rewrite(path, end);
  return cut;
}

/** The last step to keep, except for the records of one split. */
interface End {
  readonly step: number;
  readonly without: string | undefined;
}

async function rewrite(path: string, end: End): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.writing-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    requireSafeFile(path, folder, 'replace');
    const handle = await createFile(temporary);
    try {
      for await (const { first, lines } of wholeLines(path)) {
        const text = kept(lines, first, path, end).map((line) => `${line}\n`);
        await handle.appendFile(text.join(''));
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renameInside(temporary, path, folder);
    await fsyncDirectory(folder);
  } catch (error) {
    await removeInside(temporary).catch(() => undefined);
    throw fsError(error, path, 'write');
  }
}

function kept(lines: readonly string[], first: number, path: string, end: End): string[] {
  return lines.filter((line, index) => {
    const number = first + index;
    const step = stepOf(line, path, number);
    if (step !== end.step || end.without === undefined) return step <= end.step;
    return parseMetricLine(line, path, `Line ${number}`).split !== end.without;
  });
}

/** Finds the step of a line in Forge's own format, seven times faster than by parsing; other lines are parsed. */
function stepOf(line: string, path: string, number: number): number {
  const step = line.endsWith('}}') ? /^\{"step":(\d+),/.exec(line)?.[1] : undefined;
  return step === undefined ? parseMetricLine(line, path, `Line ${number}`).step : Number(step);
}
