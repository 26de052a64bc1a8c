import { expect } from 'chai';
import { collect, failure } from './collect.test.support.js';
import { fromArrays } from './pipeline/arrays.js';
import { Pipeline } from './pipeline/pipeline.js';

describe('a pipeline that is opened later', () => {
  const openedCounting = () => {
    let opened = 0;
    const pipeline = Pipeline.lazy(async () => {
      opened++;
      return fromArrays({ x: Int32Array.of(1, 2, 3, 4, 5) });
    });
    return { pipeline, opened: () => opened };
  };

  it('opens its source once, however many operators and splits read it', async () => {
    const { pipeline, opened } = openedCounting();
    const [batches, two] = [pipeline.shuffle(1).batch(2), pipeline.take(2)];
    expect(opened()).to.equal(0);
    expect(batches.length).to.equal(undefined);
    await Promise.all([batches.open(), two.open(), pipeline.open()]);
    expect(opened()).to.equal(1);
    expect([batches.length, two.length, pipeline.length]).to.deep.equal([3, 2, 5]);
  });

  it('reads as the opened dataset does, from every position, without a call of open', async () => {
    const direct = fromArrays({ x: Int32Array.of(1, 2, 3, 4, 5) })
      .shuffle(1)
      .batch(2);
    for (let skip = 0; skip <= 3; skip++) {
      const { pipeline } = openedCounting();
      const lazy = pipeline.shuffle(1).batch(2);
      expect(await collect(lazy, 1, skip)).to.deep.equal(await collect(direct, 1, skip));
    }
  });

  it('reports a wrong argument where it is written', async () => {
    const { pipeline, opened } = openedCounting();
    expect((await failure(() => pipeline.batch(0))).code).to.equal('DATA_INVALID');
    expect((await failure(() => pipeline.shuffle(0.5))).code).to.equal('USAGE');
    expect(opened()).to.equal(0);
  });

  it('tries again after it could not be opened', async () => {
    let tries = 0;
    const pipeline = Pipeline.lazy(async () => {
      if (++tries === 1) throw new Error('not yet');
      return fromArrays({ x: Int32Array.of(1) });
    });
    expect((await failure(() => pipeline.open())).message).to.equal('not yet');
    await pipeline.open();
    expect(pipeline.length).to.equal(1);
  });

  it('releases its reader where the consumer stops before it is open', async () => {
    const { pipeline, opened } = openedCounting();
    const reader = pipeline.read({ epoch: 0, skip: 0 });
    await reader.return?.();
    expect(await reader.next()).to.deep.equal({ done: true, value: undefined });
    expect(opened()).to.equal(0);
  });
});
