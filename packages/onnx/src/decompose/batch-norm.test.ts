import { expect } from 'chai';
import { openGraph } from '../autodiff/run-graph.test.support.js';
import type { Value } from '../graph/ir/graph.js';
import { constant, input } from '../graph/ir/values.js';
import { batchNormalization } from '../ops/normalization.js';
import { RandomStream } from '../random.test.support.js';
import { numbersOf } from '../tensor/numbers.js';
import { tensor } from '../tensor/tensor.js';
import { expandTrainingBatchNorm } from './batch-norm.js';

const random = RandomStream.of(31, 'batch-norm');
const numbers = (count: number) => Float32Array.from({ length: count }, () => random.float() + 0.5);
const perChannel = () => constant(tensor(numbers(3)));

async function outputsOf(values: readonly Value[], x: Float32Array): Promise<number[][]> {
  const outputs = new Map(values.map((value, at) => [`${at}`, value]));
  const session = await openGraph({ inputs: [image], outputs });
  const results = await session.run(new Map([['x', tensor(x, [4, 3, 2, 2])]]));
  await session.close();
  return values.map((_, at) => numbersOf(results.get(`${at}`)!));
}

const image = input('x', 'float32', ['batch', 3, 2, 2]);

describe('batch normalization in training mode, in simpler operators', () => {
  it('gives y and the next running statistics, as ONNX Runtime does', async () => {
    const [scale, bias, mean, variance] = [perChannel(), perChannel(), perChannel(), perChannel()];
    const options = { trainingMode: true, momentum: 0.8, epsilon: 1e-3 };
    const [y, nextMean, nextVariance] = batchNormalization(image, scale, bias, mean, variance, options);
    const whole = [y, nextMean, nextVariance] as Value[];
    const parts = expandTrainingBatchNorm(y!.kind === 'node' ? y!.node : expect.fail('no node'))!;
    const x = numbers(48);
    const [expected, actual] = [await outputsOf(whole, x), await outputsOf(parts, x)];
    for (const [at, values] of expected.entries()) {
      for (const [index, value] of values.entries()) expect(actual[at]![index]).to.be.closeTo(value, 1e-5);
    }
  });

  it('does not expand inference mode', () => {
    const [y] = [batchNormalization(image, perChannel(), perChannel(), perChannel(), perChannel())].flat() as Value[];
    expect(y?.kind === 'node' && expandTrainingBatchNorm(y.node)).to.equal(undefined);
  });
});
