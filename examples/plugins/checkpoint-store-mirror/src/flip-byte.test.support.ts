import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Changes the last number of a checkpoint's optimizer state. */
export async function flipByte(folder: string, step: number): Promise<void> {
  const file = join(folder, String(step), 'state.safetensors');
  const bytes = await readFile(file);
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(file, bytes);
}
