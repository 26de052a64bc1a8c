import { expect } from 'chai';
import { elements } from '../../tensor/tensor-data.js';
import { collect, failure } from '../collect.test.support.js';
import { fromGenerator } from './generator.js';

describe('fromGenerator', () => {
  it('calls an asynchronous or synchronous generator for each epoch', async () => {
    const later = fromGenerator(async function* ({ epoch }) {
      for (let x = 0; x < 3; x++) yield { x: epoch * 10 + x };
    });
    const now = fromGenerator(function* ({ epoch }) {
      for (let x = 0; x < 3; x++) yield { x: epoch * 10 + x };
    });
    for (const dataset of [later, now]) {
      expect(dataset.length).to.equal(undefined);
      expect(await collect(dataset, 2)).to.deep.equal([{ x: 20 }, { x: 21 }, { x: 22 }]);
      expect(await collect(dataset, 1, 2)).to.deep.equal([{ x: 12 }]);
      expect(await collect(dataset, 1, 4)).to.deep.equal([]);
    }
  });

  it('accepts numbers as scalars and typed arrays as one dimension', async () => {
    const dataset = fromGenerator(function* () {
      yield { label: 3, image: Uint8Array.of(1, 2) };
      yield { label: 4, image: Uint8Array.of(3, 4) };
    });
    const [batch] = await collect(dataset.batch(2));
    expect(batch?.label).to.deep.include({ dtype: 'float32', shape: [2] });
    expect([...elements(batch!.label)]).to.deep.equal([3, 4]);
    expect(batch?.image).to.deep.equal({ dtype: 'uint8', shape: [2, 2], bytes: Uint8Array.of(1, 2, 3, 4) });
  });

  it('provides random numbers that depend only on seed and epoch', async () => {
    const dataset = (seed: number) =>
      fromGenerator(
        async function* ({ random }) {
          for (let i = 0; i < 5; i++) yield random.uint32();
        },
        { seed },
      );
    const whole = await collect(dataset(1), 3);
    expect(await collect(dataset(1), 3, 2)).to.deep.equal(whole.slice(2));
    expect(await collect(dataset(1), 4)).to.not.deep.equal(whole);
    expect(await collect(dataset(2), 3)).to.not.deep.equal(whole);
  });

  it('runs the finally blocks of a generator that is stopped early, through every operator', async () => {
    let released = 0;
    const endless = fromGenerator(async function* () {
      try {
        for (let x = 0; ; x++) yield { x };
      } finally {
        await new Promise((resolve) => setTimeout(resolve, 1));
        released++;
      }
    });
    const chains = [
      endless,
      endless.map((element) => element),
      endless.shuffle(1, { buffer: 4 }),
      endless.batch(2),
      endless.repeat(),
      endless.prefetch(3),
      endless.take(100),
      endless
        .shuffle(1, { buffer: 4 })
        .map((x) => x)
        .batch(2)
        .repeat(2)
        .take(9)
        .prefetch(2),
    ];
    for (const chain of chains) await collect<unknown>(chain, 0, 1, 3);
    expect(released).to.equal(chains.length);
    await collect(endless.take(3));
    for await (const _ of endless.epoch(0)) break;
    expect(released).to.equal(chains.length + 2);
  });

  it('keeps an error of the generator as the cause and names the element', async () => {
    const cause = new Error('no such file');
    const dataset = fromGenerator(async function* () {
      yield { x: 1 };
      yield { x: 2 };
      throw cause;
    });
    const error = await failure(() => collect(dataset.batch(8), 5));
    expect(error).to.include({ code: 'DATA_INVALID', cause });
    expect(error.message).to.equal('The generator failed at element 2 of epoch 5: no such file');
  });

  it('refuses a generator of another length than declared', async () => {
    const dataset = (length: number) =>
      fromGenerator(
        function* () {
          yield* [1, 2, 3];
        },
        { length },
      );
    expect(dataset(3).batch(2).length).to.equal(2);
    expect(await collect(dataset(3))).to.deep.equal([1, 2, 3]);
    expect((await failure(() => collect(dataset(4)))).message).to.contain('4 elements ended after 3');
    expect((await failure(() => collect(dataset(2)))).message).to.contain('2 elements yielded more');
    expect(dataset(Number.POSITIVE_INFINITY).take(2).length).to.equal(2);
    expect((await failure(() => dataset(-1))).message).to.contain('-1');
  });

  it('refuses a function that is not a generator', async () => {
    const dataset = fromGenerator((async () => 3) as never);
    const error = await failure(() => collect(dataset));
    expect(error.code).to.equal('DATA_INVALID');
    expect(error.message).to.contain('returned a value of type Promise');
  });
});
