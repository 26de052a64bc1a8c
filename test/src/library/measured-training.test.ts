import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ForgeLibrary, readMetrics, type TrainResult } from '@forge-ml/core';
import { expect } from 'chai';
import { projects } from './engine-projects.js';

/** The bytes of the tensors of the last checkpoint. */
function tensorsOf({ checkpoint }: TrainResult): Promise<Buffer[]> {
  const files = ['parameters.safetensors', 'state.safetensors'];
  return Promise.all(files.map((file) => readFile(join(checkpoint!, file))));
}

describe('a training that logs gradients, a profile and the machine', () => {
  for (const [backend, write] of Object.entries(projects)) {
    it(`ends with the same bits as without, on ${backend}`, async () => {
      const { folder, argv } = await write();
      try {
        const train = (...more: string[]) =>
          new ForgeLibrary({ directory: folder, argv: [...argv, '--steps', '9', '--ema', '0.9', ...more] }).train({});
        const plain = await train();
        const measured = await train('--log-gradients', '4', '--profile', '5', '--system-metrics', '0.1');
        expect(await tensorsOf(measured)).to.deep.equal(await tensorsOf(plain));
        expect(measured.metrics).to.deep.equal(plain.metrics);
        const steps: number[] = [];
        for await (const { step, split, values } of readMetrics(join(measured.run, 'metrics.jsonl'))) {
          if (split !== 'gradients') continue;
          steps.push(step);
          expect(values.norm).to.be.greaterThan(0);
          const ratios = Object.keys(values).filter((name) => name.startsWith('ratio/'));
          expect(ratios.length).to.be.greaterThan(0);
        }
        expect(steps).to.deep.equal([4, 8]);
        const { parts, seconds } = measured.profile!;
        if (backend !== 'toy') expect(parts).to.include.keys('copy', 'compute');
        const { copy = 0, compute = 0, ...whole } = parts;
        expect(copy + compute).to.be.at.most(parts.step! * 1.001);
        const sum = Object.values(whole).reduce((total, part) => total + part, 0);
        expect(sum).to.be.within(0.9 * seconds, 1.001 * seconds);
      } finally {
        await rm(folder, { recursive: true });
      }
    }).timeout(60_000);
  }
});
