import { describeCheckpointStoreConformance } from '@forge-ml/core/testing';
import { flipByte } from './flip-byte.test.support.js';
import { mirrorOf, open } from './open.test.support.js';

describeCheckpointStoreConformance({
  name: 'mirror',
  open: (folder) => open(folder),
  module: new URL('./open.test.support.js', import.meta.url),
  async corrupt(folder, step) {
    for (const place of [folder, mirrorOf(folder)]) await flipByte(place, step);
  },
});
