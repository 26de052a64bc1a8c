import { setTimeout as sleep } from 'node:timers/promises';
import { ForgeLibrary } from '@forge-ml/core';
import { expect } from 'chai';
import { examplePath } from '../examples/load-example.js';
import { inTemporaryFolder } from '../examples/temporary-folder.js';

const interval = 50;

describe('the event loop while ONNX Runtime trains the CNN', function () {
  this.timeout(60_000);
  // Other load on the machine can delay the timer.
  this.retries(3);

  it('a 50 ms timer is never late by more than 100 ms', () =>
    inTemporaryFolder(async (resultsDir) => {
      const configs = { dataConfig: examplePath('digits/data.ts'), modelConfig: examplePath('digits/cnn.onnx.ts') };
      const sizes = { trainSize: 1000, validSize: 500, steps: 60 };
      const forge = new ForgeLibrary({ argv: [] });
      const experiment = await forge.config({
        defaults: { ...configs, ...sizes, backend: 'onnx', engine: 'cpu', resultsDir },
      });
      const lateness: number[] = [];
      let training = false;
      const tick = async () => {
        for (let from = performance.now(); training; from = performance.now()) {
          await sleep(interval);
          lateness.push(performance.now() - from - interval);
        }
      };
      let ticking: Promise<void> | undefined;
      const hooks = {
        start: () => {
          training = true;
          ticking = tick();
        },
        end: () => {
          training = false;
        },
      };
      await forge.train(experiment, { hooks });
      await ticking;
      expect(lateness.length).to.be.greaterThan(5);
      expect(Math.max(...lateness)).to.be.at.most(100);
    }));
});
