import { float } from '../../graph/ir/attributes.js';
import type { Value } from '../../graph/ir/graph.js';
import { input } from '../../graph/ir/values.js';
import { call } from '../../graph/make-node.js';
import * as ops from '../../ops/activations.js';
import { mul } from '../../ops/elementwise.js';
import { reduceSum } from '../../ops/reduction.js';
import { RandomStream } from '../../random.test.support.js';
import { numbersOf } from '../../tensor/numbers.js';
import { checkGradients, expectClose, type Real, randomTensor } from '../finite-differences.test.support.js';
import { gradientsOf } from '../gradients.js';
import { openGraph } from '../run-graph.test.support.js';

const random = RandomStream.of(5, 'activations');

describe('gradients of activations', () => {
  const all: Record<string, [(x: Value) => Value, Real]> = {
    Relu: [ops.relu, 'float32'],
    'Relu in float64': [ops.relu, 'float64'],
    LeakyRelu: [(x) => ops.leakyRelu(x, 0.2), 'float32'],
    Elu: [(x) => ops.elu(x, 1.3), 'float32'],
    Celu: [(x) => ops.celu(x, 0.7), 'float32'],
    Selu: [(x) => ops.selu(x), 'float32'],
    ThresholdedRelu: [(x) => ops.thresholdedRelu(x, 0.5), 'float32'],
    Sigmoid: [ops.sigmoid, 'float64'],
    HardSigmoid: [(x) => ops.hardSigmoid(x, { alpha: 0.3, beta: 0.4 }), 'float32'],
    HardSwish: [ops.hardSwish, 'float32'],
    Shrink: [(x) => call('Shrink', [x], { lambd: float(0.7), bias: float(0.2) }), 'float32'],
    Mish: [ops.mish, 'float32'],
    Tanh: [ops.tanh, 'float64'],
    Softplus: [ops.softplus, 'float32'],
    Softsign: [ops.softsign, 'float32'],
    Gelu: [(x) => ops.gelu(x), 'float32'],
    'Gelu by tanh': [(x) => ops.gelu(x, { approximate: 'tanh' }), 'float32'],
  };
  for (const [name, [op, dtype]] of Object.entries(all)) {
    it(`${name} (${dtype})`, async () => {
      for (let round = 0; round < 3; round++) {
        const shape = [1 + random.below(4), 1 + random.below(6)];
        await checkGradients(op, [randomTensor(random, shape, 'distinct', dtype)]);
      }
    });
  }

  it('PRelu with a slope for all, and for each column (float32)', async () => {
    for (const shape of [[3, 4], [1], [4]]) {
      const data = [
        randomTensor(random, [3, 4], 'distinct', 'float32'),
        randomTensor(random, shape, 'normal', 'float32'),
      ];
      await checkGradients(ops.prelu, data);
    }
  });

  it('Softmax and LogSoftmax along any axis', async () => {
    for (const axis of [-1, 0, 1]) {
      const x = randomTensor(random, [2, 3, 4]);
      await checkGradients((value) => ops.softmax(value, axis), [x]);
      await checkGradients((value) => ops.logSoftmax(value, axis), [x]);
    }
  });

  it('Swish, newer than the opset used here, equals its decomposition', async () => {
    const x = input('x', 'float64', [7]);
    const [whole, parts] = [call('Swish', [x], { alpha: float(1.5) }), mul(x, ops.sigmoid(mul(x, 1.5)))].map(
      (y) => gradientsOf(reduceSum(y, undefined, { keepdims: false }), [x])[0]!,
    );
    const session = await openGraph({
      inputs: [x],
      outputs: new Map([
        ['whole', whole!],
        ['parts', parts!],
      ]),
    });
    const found = await session.run(new Map([['x', randomTensor(random, [7])]]));
    await session.close();
    expectClose(numbersOf(found.get('whole')!), numbersOf(found.get('parts')!), 1e-12, 'the gradient');
  });
});
