import { crc32 } from 'node:zlib';
import type { Column } from '../../data/pipeline/arrays.js';
import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';
import { fsError } from '../../fs/fs-error.js';
import { openRegularFile } from '../../fs/open-regular-file.js';
import { parseNpy } from './read-npy.js';

const mostBytes = 2 ** 30;
const mostArrays = 1000;

/**
 * Reads the arrays of a npz file, stored or compressed, by their names.
 * @param wanted reads only these. Default: all
 * @throws ForgeError DATA_INVALID, FILE_SYSTEM
 */
export async function readNpz(path: string, wanted?: readonly string[]): Promise<Record<string, Column>> {
  const fail = (fault: string, hint = 'Get the file again, or save it again with numpy.savez.', cause?: unknown) =>
    new ForgeError('DATA_INVALID', `${path} ${fault}.`, { about: path, hint, cause });
  const { fromFdPromise } = await import('yauzl');
  const handle = await openRegularFile(path).catch((error: unknown) => {
    throw fsError(error, path, 'read');
  });
  const arrays = new Map<string, Column>();
  const names: string[] = [];
  try {
    const zip = await fromFdPromise(handle.fd, { autoClose: false, lazyEntries: true });
    if (zip.entryCount > mostArrays) throw fail(`has ${zip.entryCount} arrays, more than the maximum of ${mostArrays}`);
    let total = 0;
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName.replace(/\.npy$/, '');
      if (names.includes(name)) throw fail(`has two arrays called "${name}"`);
      names.push(name);
      if (wanted?.includes(name) === false) continue;
      total += entry.uncompressedSize;
      if (total > mostBytes) {
        throw fail(
          'unpacks to more than 1 GiB',
          'Read only some arrays, arrays: [ … ], or save each as npy and read it with { stream: true }.',
        );
      }
      const bytes = Buffer.alloc(entry.uncompressedSize);
      let filled = 0;
      for await (const piece of await zip.openReadStreamPromise(entry)) filled += (piece as Buffer).copy(bytes, filled);
      if (filled !== bytes.length || crc32(bytes) !== entry.crc32)
        throw fail(`has a wrong checksum for array "${name}"`);
      arrays.set(name, parseNpy(bytes, `Array "${name}" of ${path}`));
    }
  } catch (error) {
    if (isForgeError(error)) throw error;
    throw fsError(fail(`is no valid npz file: ${messageOf(error)}`, undefined, error), path, 'read');
  } finally {
    await handle.close();
  }
  const missing = wanted?.find((name) => !arrays.has(name));
  if (missing !== undefined) throw fail(`has no array "${missing}"`, `It has ${names.join(', ') || 'none'}.`);
  return Object.fromEntries(arrays);
}
