import { readdir, rm } from 'node:fs/promises';
import { type Batch, ForgeLibrary, findLearningRate, type NamedTensors, type TrainSession } from '@forge-ml/core';
import { expect } from 'chai';
import { projects } from './engine-projects.js';

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
        const forge = new ForgeLibrary({
          directory: folder,
          argv: [...argv, '--ema', '0.9', '--steps', '12'],
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
