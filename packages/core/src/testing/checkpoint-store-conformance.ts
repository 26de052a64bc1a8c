import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckpointStore } from '../checkpoint/store/checkpoint-store.js';
import { describeStoreDamage } from './store-conformance/damage.js';
import { describeStoreKilling } from './store-conformance/killing.js';
import { describeStoreListing } from './store-conformance/listing.js';
import { describeStoreMemory } from './store-conformance/memory-ownership.js';
import { type CheckpointStoreConformanceOptions, checkStoreConformanceOptions } from './store-conformance/options.js';
import { describeStoreOverlapping } from './store-conformance/overlapping.js';
import { describeStoreSaving } from './store-conformance/saving.js';
import type { StoreSubject } from './store-conformance/subject.js';

const leastTimeout = 20_000;

/**
 * The contract of a checkpoint store, as a Mocha suite:
 *
 * ```ts
 * import { describeCheckpointStoreConformance } from '@forge-ml/core/testing';
 * import { open } from './open.js';
 *
 * describeCheckpointStoreConformance({
 *   name: 'mirror',
 *   open,
 *   module: new URL('./open.js', import.meta.url),
 *   corrupt: (folder, step) => flipByteOf(folder, step),
 * });
 * ```
 *
 * Each test has a new run folder, removed afterwards.
 */
export function describeCheckpointStoreConformance(options: CheckpointStoreConformanceOptions): void {
  checkStoreConformanceOptions(options);
  describe(`checkpoint store conformance: ${options.name}`, function () {
    if (this.timeout() > 0) this.timeout(Math.max(this.timeout(), leastTimeout));
    let run = '';
    const opened: CheckpointStore[] = [];
    const folder = () => join(run, 'checkpoints');
    beforeEach(async () => {
      run = await mkdtemp(join(tmpdir(), 'forge-store-'));
    });
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
      await rm(run, { recursive: true, force: true });
    });

    const subject: StoreSubject = {
      options,
      folder,
      async open() {
        const store = await options.open(folder());
        opened.push(store);
        return store;
      },
    };

    describe('saving', () => describeStoreSaving(subject));
    describe('listing', () => describeStoreListing(subject));
    describe('damage', () => describeStoreDamage(subject));
    describe('whose memory it is', () => describeStoreMemory(subject));
    describe('overlapping', () => describeStoreOverlapping(subject));
    describe('kills', () => describeStoreKilling(subject));
  });
}
