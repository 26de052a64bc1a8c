import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeCheckpointStoreConformance } from '../testing/checkpoint-store-conformance.js';
import { open } from './open-file-store.test.support.js';

describeCheckpointStoreConformance({
  name: 'files',
  open,
  module: new URL('./open-file-store.test.support.js', import.meta.url),
  async corrupt(folder, step) {
    const file = join(folder, String(step), 'state.safetensors');
    const bytes = await readFile(file);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(file, bytes);
  },
});
