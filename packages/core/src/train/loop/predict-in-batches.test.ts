import { expect } from 'chai';
import { type Batch, elements, tensor } from '../../tensor/tensor-data.js';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { predictInBatches } from './predict-in-batches.js';

const inputs: Batch = {
  x: tensor(
    Float32Array.from({ length: 14 }, (_, at) => at),
    [7, 2],
  ),
  k: tensor(new Int32Array([0, 1, 2, 3, 4, 5, 6])),
};

describe('predictInBatches', () => {
  const sizes: number[] = [];
  const double = ({ x, k }: Batch): Batch => {
    sizes.push(k!.shape[0]!);
    const values = elements({ ...x!, dtype: 'float32' });
    return {
      twice: tensor(
        values.map((value) => 2 * value),
        x!.shape,
      ),
      k: k!,
    };
  };

  it('returns the same for every batch size, and passes at most that many examples at a time', async () => {
    const whole = await predictInBatches(double, inputs);
    for (const [size, expected] of [
      [3, [3, 3, 1]],
      [7, [7]],
      [100, [7]],
      [1, [1, 1, 1, 1, 1, 1, 1]],
    ] as const) {
      sizes.length = 0;
      const outputs = await predictInBatches(double, inputs, size);
      expect(sizes).to.deep.equal(expected);
      for (const name of ['twice', 'k']) {
        expect(outputs[name]!.shape).to.deep.equal(whole[name]!.shape);
        expect([...elements(outputs[name]!)]).to.deep.equal([...elements(whole[name]!)]);
      }
    }
  });

  it('refuses arrays of different lengths, and outputs that cannot be concatenated', async () => {
    const short = await failureOf(() => predictInBatches(double, { ...inputs, k: tensor(new Int32Array(3)) }));
    expect(short).to.include({ code: 'DATA_INVALID', message: 'The array k is int32[3], x is float32[7, 2].' });
    const scalar = await failureOf(() => predictInBatches(double, { x: tensor(new Float32Array(1), []) }));
    expect(scalar).to.include({ code: 'DATA_INVALID', about: 'x' });
    expect((await failureOf(() => predictInBatches(double, {}))).code).to.equal('DATA_INVALID');
    const mean = () => ({ mean: tensor(new Float32Array(1), []) });
    const error = await failureOf(() => predictInBatches(mean, inputs, 3));
    expect(error).to.include({ code: 'MODEL_INVALID', message: 'The output mean is float32[] for 3 examples.' });
    expect(await predictInBatches(mean, inputs)).to.have.property('mean');
  });
});
