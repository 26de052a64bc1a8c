import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';

export interface CacheOptions {
  /** The file that keeps the elements for later processes. A relative path starts from the working directory. */
  readonly file: string | URL;
  /** What the elements depend on, such as the version of the functions that make them. Another key writes the file again. */
  readonly key: string;
}

/** It is stored in the file's header. */
const maxKeyLength = 10_000;

/** @throws ForgeError for wrong options. @returns the absolute path and the key; undefined for a cache in memory */
export function checkCache(
  options: CacheOptions | undefined,
): { readonly path: string; readonly key: string } | undefined {
  if (options === undefined) return undefined;
  checkOptions(options, ['file', 'key'], {
    of: 'cache(options)',
    synonyms: { filename: 'file', path: 'file', version: 'key', fingerprint: 'key' },
  });
  const { file, key } = options;
  if (!(typeof file === 'string' && file !== '') && !(file instanceof URL)) {
    throw new ForgeError('DATA_INVALID', 'cache on disk needs a file.', {
      about: 'file',
      hint: "Give its path, as in cache({ file: 'images.cache', key: 'v1' }); cache() without options keeps the elements in memory.",
    });
  }
  if (typeof key !== 'string' || key === '') {
    throw new ForgeError('DATA_INVALID', 'cache on disk needs a key.', {
      about: 'key',
      hint: "Name what the elements depend on, as in cache({ file: 'images.cache', key: 'resize-64' }), and change it with your code.",
    });
  }
  if (key.length > maxKeyLength) {
    throw new ForgeError(
      'DATA_INVALID',
      `The key of a cache has ${key.length} characters, more than ${maxKeyLength}.`,
      {
        about: 'key',
        hint: 'Give a checksum of what the elements depend on.',
      },
    );
  }
  return { path: resolve(file instanceof URL ? fileURLToPath(file) : file), key };
}
