import { elements, isForgeError, tensor } from '@forge-ml/core/plugin';
import { input, parameter } from '@forge-ml/onnx/graph';
import { gather, matMul } from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { ServingModel } from './serving-model.js';

const numbers = (count: number) => Float32Array.from({ length: count }, (_, at) => Math.sin(at));

/** x [batch, size] times a matrix. */
function product(size: number) {
  const x = input('x', 'float32', ['batch', size]);
  const weight = parameter('weight', tensor(numbers(size * size), [size, size]));
  return { inputs: [x], outputs: new Map([['y', matMul(x, weight)]]) };
}

describe('a model for serving', () => {
  for (const size of [4, 1024]) {
    it(`computes batches of any size, of ${size} numbers an example, several calls at once`, async () => {
      const model = await ServingModel.open(product(size), 2);
      const x = numbers(5 * size);
      const at = (from: number, to: number) => ({ x: tensor(x.slice(from * size, to * size), [to - from, size]) });
      const all = await model.predict(at(0, 5));
      const whole = [...(elements(all.y!) as Float32Array)];
      const parts = await Promise.all([model.predict(at(0, 1)), model.predict(at(1, 2)), model.predict(at(2, 5))]);
      expect(parts.map(({ y }) => y!.shape)).to.deep.equal([1, 1, 3].map((count) => [count, size]));
      const joined = parts.flatMap(({ y }) => [...(elements(y!) as Float32Array)]);
      for (const [index, value] of joined.entries()) expect(value).to.be.closeTo(whole[index]!, 1e-3);
      // What was given is not written to.
      const given = numbers(size);
      for (let round = 0; round < 2; round++) {
        await model.predict({ x: tensor(given, [1, size]) });
        await model.predict({ x: tensor(new Float32Array(size), [1, size]) });
      }
      expect(given).to.deep.equal(numbers(size));
      // Earlier results are not overwritten.
      expect([...(elements(all.y!) as Float32Array)]).to.deep.equal(whole);
      await model.dispose();
    });
  }

  it('goes on after a run that fails, and names the batch', async () => {
    const index = input('index', 'int64', ['batch']);
    const table = parameter('table', tensor(numbers(6), [3, 2]));
    const model = await ServingModel.open({ inputs: [index], outputs: new Map([['y', gather(table, index)]]) }, 1);
    const failure = async (values: bigint[]) => {
      const error = await model
        .predict({ index: tensor(BigInt64Array.from(values)) })
        .catch((thrown: unknown) => thrown);
      if (!isForgeError(error)) throw error;
      return error;
    };
    for (let round = 0; round < 3; round++) {
      const wrong = await failure([0n, 7n]);
      expect(wrong.code).to.equal('MODEL_INVALID');
      expect(wrong.message).to.include('could not predict on the batch with index: int64[2]');
      const { y } = await model.predict({ index: tensor(BigInt64Array.from([2n])) });
      expect([...(elements(y!) as Float32Array)]).to.deep.equal([...numbers(6).subarray(4)]);
    }
    const missing = await model.predict({}).catch((thrown: unknown) => thrown);
    expect(missing).to.have.property('code', 'DATA_INVALID');
    await model.dispose();
  });
});
