import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fsyncDirectory } from '../../fs/durable-folder.js';
import { fsError } from '../../fs/fs-error.js';
import { requireSafeFile } from '../../fs/path-safety.js';
import { createFile, removeInside, renameInside } from '../../fs/safe-files.js';
import { wholeLines } from './whole-lines.js';

/**
 * Removes lines from a log. The others are copied to a new file that replaces the old one: a crash leaves either of
 * them. A file with nothing to remove is only read.
 * @param keep receives each line and its number, from 1
 * @param options.replace copy the file in any case: a process that still has the old file open cannot write into the new one
 * @returns how many lines were removed
 * @throws ForgeError RUN_INVALID, FILE_SYSTEM, PATH_UNSAFE; what `keep` throws
 */
export async function rewriteLines(
  path: string,
  keep: (line: string, number: number) => boolean,
  { replace = false }: { readonly replace?: boolean } = {},
): Promise<number> {
  const kept = (lines: readonly string[], first: number) => lines.filter((line, index) => keep(line, first + index));
  let cut = 0;
  for await (const { first, lines } of wholeLines(path)) cut += lines.length - kept(lines, first).length;
  if (cut > 0 || (replace && existsSync(path))) await rewrite(path, kept);
  return cut;
}

async function rewrite(path: string, kept: (lines: readonly string[], first: number) => string[]): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.writing-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    requireSafeFile(path, folder, 'replace');
    const handle = await createFile(temporary);
    try {
      for await (const { first, lines } of wholeLines(path)) {
        await handle.appendFile(
          kept(lines, first)
            .map((line) => `${line}\n`)
            .join(''),
        );
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
