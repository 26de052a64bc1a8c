import { readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Batch, ForgeLibrary, findLearningRate, type NamedTensors, type TrainSession } from '@forge-ml/core';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder } from '../cli/folder.js';
import { writeProject } from '../resume/project.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A project whose model has dropout, batch norm and an optimizer with slots, and the flags that choose its engine. */
const projects: Readonly<Record<string, () => Promise<{ folder: string; argv: readonly string[] }>>> = {
  toy: async () => ({ folder: (await writeToyProject(await makeFolder())).folder, argv: ['--backend', 'toy'] }),
  tfjs: () => withEngines(['--backend', 'tfjs', '--engine', 'cpu']),
  onnx: () => withEngines(['--backend', 'onnx', '--engine', 'cpu', '--model-config', 'model.onnx.ts']),
};

async function withEngines(argv: readonly string[]) {
  const folder = await writeProject();
  const dependencies = { '@forge-ml/backend-tfjs': '*', '@forge-ml/backend-onnx': '*' };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, argv };
}

const bits = (tensors: NamedTensors = new Map()) =>
  [...tensors].map(([name, { bytes }]) => `${name} ${Buffer.from(bytes).toString('base64')}`);

/** Every byte of a session's state. */
async function stateOf(session: TrainSession): Promise<string[]> {
  const { parameters, optimizer, ema } = await session.capture();
  return [...bits(parameters), ...bits(optimizer), ...bits(ema)];
}

describe('a search for a learning rate', () => {
  for (const [backend, write] of Object.entries(projects)) {
    it(`leaves every bit of the training as it was, on ${backend}`, async () => {
      const { folder, argv } = await write();
      try {
        const configs = argv.includes('--model-config') ? [] : ['--model-config', 'model.ts'];
        const forge = new ForgeLibrary({
          directory: folder,
          argv: [...argv, ...configs, '--data-config', 'data.ts', '--ema', '0.9', '--steps', '12'],
        });
        /** The numbers and the state after 5 steps, 2 of them after the search. */
        const trained = async (searches: boolean) => {
          await using prepared = await forge.config();
          const data = await forge.loadData(prepared);
          await using built = await forge.build(prepared, data);
          const { session } = built;
          const reader = data.train.read({ epoch: 0, skip: 0 });
          const numbers: unknown[] = [];
          for (let step = 0; step < 5; step++) {
            if (searches && step === 3) {
              await session.settle?.();
              const before = await stateOf(session);
              expect(before.length).to.be.greaterThan(session.parameters.length);
              const { points } = await findLearningRate(session, data.train, { steps: 15, to: 0.5 });
              expect(points).to.have.length(15);
              expect(await stateOf(session)).to.deep.equal(before);
            }
            const { value: batch } = (await reader.next()) as { value: Batch };
            numbers.push(await session.step(batch, { step, metrics: true }));
          }
          await reader.return?.();
          await session.settle?.();
          return { numbers, state: await stateOf(session) };
        };
        expect(await trained(true)).to.deep.equal(await trained(false));
        const found = await forge.findLearningRate({}, { steps: 20 });
        expect(found.points.length).to.be.within(10, 20);
        expect(await readdir(folder)).to.not.include('results');
      } finally {
        await rm(folder, { recursive: true });
      }
    }).timeout(60_000);
  }
});
