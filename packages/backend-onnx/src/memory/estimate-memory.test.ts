import type { MemoryEstimate } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { batchAt, classifier, startCpu } from '../session/models.test.support.js';

describe('the estimate of memory', () => {
  async function estimateOf(load: () => unknown, size: number): Promise<MemoryEstimate> {
    const engine = await startCpu();
    let estimate: MemoryEstimate | undefined;
    const sample = batchAt(0, size);
    const onMemory = (given: MemoryEstimate) => {
      estimate = given;
    };
    const session = await engine.build({ load, sample, seed: 1, onMemory });
    await session.dispose();
    await engine.dispose();
    return estimate!;
  }

  it('has the bytes of parameters, gradients, optimizer and a second state', async () => {
    const { weights, gradients, optimizer, saving } = await estimateOf(classifier, 16);
    const convolution = 8 * 2 * 9 + 8;
    const trained = convolution + 2 * 8 + (8 * 25 * 40 + 40) + (40 * 3 + 3);
    // The statistics of the batch norm are written by the graph: from one place to another.
    const statistics = 2 * 8;
    expect(gradients).to.equal(4 * trained);
    expect(optimizer).to.equal(2 * 4 * trained);
    expect(weights).to.equal(4 * (trained + 2 * statistics));
    expect(saving).to.equal(4 * (3 * trained + statistics));
  });

  it('grows with the batch where activations and batches do', async () => {
    const [small, large] = [await estimateOf(classifier, 64), await estimateOf(classifier, 1024)];
    expect(large.activations / small.activations).to.be.within(8, 20);
    expect(large.batches / small.batches).to.be.closeTo(16, 0.1);
    expect(large.weights).to.equal(small.weights);
  });

  it('fails the build before anything is allocated, where it is refused', async () => {
    const engine = await startCpu();
    const refused = new Error('too little memory');
    const onMemory = () => {
      throw refused;
    };
    const building = engine.build({ load: classifier, sample: batchAt(0), seed: 1, onMemory });
    expect(await building.catch((error: unknown) => error)).to.equal(refused);
    await engine.dispose();
  });
});
