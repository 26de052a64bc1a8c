import { dirname } from 'node:path';
import { type AtomicOptions, writeFileAtomic } from '../fs/atomic-file.js';
import { encodeNumbers } from './json-number.js';

/**
 * Writes a value as indented JSON, atomically; NaN and the infinities become strings.
 * @param root the folder below which no link is followed. Default: the folder the file is in.
 * @param options as of `writeFileAtomic`
 * @throws ForgeError FILE_SYSTEM, PATH_UNSAFE
 */
export async function writeJson(
  path: string,
  value: object,
  root = dirname(path),
  options: Pick<AtomicOptions, 'commit' | 'durable'> = {},
): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, encodeNumbers, 2)}\n`, { root, ...options });
}
