import { expect } from 'chai';
import fc from 'fast-check';
import { encodeNumbers } from '../../json/json-number.js';
import { WeightedMean } from './weighted-mean.js';

const batch = fc.record({
  loss: fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
  size: fc.integer({ min: 1, max: 512 }),
});

describe('WeightedMean', () => {
  it('weights each batch by its size', () => {
    const mean = new WeightedMean();
    mean.add({ accuracy: 1 }, 480);
    mean.add({ accuracy: 0 }, 1);
    expect(mean.stats.accuracy).to.be.closeTo(480 / 481, 1e-15);
  });

  it('is exact for one value, or for equal values', () => {
    const property = (value: number, sizes: number[]) => {
      const mean = new WeightedMean();
      for (const size of sizes) mean.add({ value }, size);
      expect(mean.stats.value).to.equal(value + 0);
    };
    const sizes = fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), sizes, property),
    );
  });

  it('continues with the same bits from its state as JSON', () => {
    fc.assert(
      fc.property(fc.array(batch), fc.nat(), (batches, at) => {
        const [straight, before] = [new WeightedMean(), new WeightedMean()];
        for (const { loss, size } of batches) straight.add({ loss }, size);
        const cut = at % (batches.length + 1);
        for (const { loss, size } of batches.slice(0, cut)) before.add({ loss }, size);
        const after = new WeightedMean(JSON.parse(JSON.stringify(before.state, encodeNumbers)));
        for (const { loss, size } of batches.slice(cut)) after.add({ loss }, size);
        expect(after.stats).to.deep.equal(straight.stats);
      }),
    );
  });

  it('is NaN for a metric with a NaN, also after a resume, but not for other metrics', () => {
    const mean = new WeightedMean();
    mean.add({ f1: Number.NaN, loss: 1 }, 2);
    const resumed = new WeightedMean(JSON.parse(JSON.stringify(mean.state, encodeNumbers)));
    resumed.add({ f1: 0.5, loss: 1 }, 2);
    expect(resumed.stats).to.deep.equal({ f1: Number.NaN, loss: 1 });
  });

  it('starts empty from an invalid state', () => {
    for (const state of [undefined, null, 5, [], { loss: 5 }, { loss: { mean: 'x', examples: 1 } }]) {
      expect(new WeightedMean(state).stats).to.deep.equal({});
    }
  });
});
