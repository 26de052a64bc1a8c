import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeCheckpointStoreConformance } from '@forge-ml/core/testing';
import { open } from './open.test.support.js';

describeCheckpointStoreConformance({
  name: '{{name}}',
  open,
  module: new URL('./open.test.support.js', import.meta.url),
  // Flips a bit of a tensor in each copy of the store.
  async corrupt(folder, step) {
    const file = join(folder, String(step), 'state.safetensors');
    const bytes = await readFile(file);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(file, bytes);
  },
});
