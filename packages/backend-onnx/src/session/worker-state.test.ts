import { isForgeError } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { OrtWorker } from '../runtime/ort-worker.js';
import { WorkerState } from './worker-state.js';

describe('the state of a session', () => {
  it('names its size where there is no memory for it', async () => {
    const worker = new OrtWorker({
      provider: 'cpu',
      threads: 1,
      deviceId: undefined,
      home: 'memory',
      binding: 'native',
    });
    const slot = { name: 'large', dtype: 'float32', shape: [2 ** 31], initial: 0 } as const;
    const parts = {
      parameters: [],
      base: { values: [], files: [] },
      packed: new Map(),
      slots: new Map([['large', slot]]),
      averages: new Map(),
      updates: [],
    };
    const state = new WorkerState(
      worker,
      worker.newSession(),
      { ...parts, written: new Set(), kernelUpdate: undefined },
      'memory',
    );
    const error = await state.initialize().catch((thrown: unknown) => thrown);
    await worker.end();
    expect(isForgeError(error) && `${error.code} ${error.message}`).to.equal(
      'ENGINE_UNUSABLE The state of the model cannot have its memory of 16.0 GiB: A memory has at most 4 GiB, not 8589934656 bytes.',
    );
  });
});
