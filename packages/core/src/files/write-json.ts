import { writeFileAtomic } from './atomic-file.js';
import { encodeNumbers } from './json-number.js';

/**
 * Writes a value as indented JSON, atomically; NaN and the infinities become strings.
 * @throws ForgeError FILE_SYSTEM
 */
export async function writeJson(path: string, value: object): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, encodeNumbers, 2)}\n`);
}
