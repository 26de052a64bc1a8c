import { ForgeLibrary } from '@forge-ml/core';
import { expect } from 'chai';
import { examplePath } from './load-example.js';
import { realMnist } from './real-mnist.js';
import { inTemporaryFolder } from './temporary-folder.js';

describe('the mnist CNN on the wasm engine', () => {
  it('reaches 97.5 % on the held-out 1,000 within 5 epochs', async function () {
    const dataDir = realMnist(this);
    await inTemporaryFolder(async (resultsDir) => {
      const configs = { dataConfig: examplePath('mnist/data.ts'), modelConfig: examplePath('mnist/cnn.tfjs.ts') };
      const defaults = { ...configs, backend: 'tfjs', engine: 'wasm', resultsDir, epochs: 5, dataDir };
      const forge = new ForgeLibrary({ argv: [] });
      const { metrics } = await forge.train(await forge.config({ defaults }));
      expect(metrics.valid?.accuracy).to.be.at.least(0.975);
    });
  }).timeout(600_000);
});
