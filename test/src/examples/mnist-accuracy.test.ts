import { ForgeLibrary } from '@forge-ml/core';
import { expect } from 'chai';
import { examplePath } from './load-example.js';
import { realMnist } from './real-mnist.js';
import { inTemporaryFolder } from './temporary-folder.js';

/** The CNN's accuracy on the held-out 1,000 after 5 epochs. */
async function trained(dataDir: string, backend: string, engine: string): Promise<number> {
  let accuracy: number | undefined;
  await inTemporaryFolder(async (resultsDir) => {
    const configs = {
      dataConfig: examplePath('mnist/data.ts'),
      modelConfig: examplePath(`mnist/cnn.${backend}.ts`),
    };
    const defaults = { ...configs, backend, engine, resultsDir, epochs: 5, dataDir };
    const forge = new ForgeLibrary({ argv: [] });
    const { metrics } = await forge.train(await forge.config({ defaults }));
    accuracy = metrics.valid?.accuracy;
  });
  return accuracy ?? 0;
}

describe('the mnist CNN', () => {
  it('reaches 97.5 % on the held-out 1,000 within 5 epochs, on wasm', async function () {
    const dataDir = realMnist(this);
    expect(await trained(dataDir, 'tfjs', 'wasm')).to.be.at.least(0.975);
  }).timeout(600_000);

  it('reaches 98 % on the held-out 1,000 within 5 epochs, on ONNX Runtime', async function () {
    const dataDir = realMnist(this);
    expect(await trained(dataDir, 'onnx', 'cpu')).to.be.at.least(0.98);
  }).timeout(600_000);
});
