import { call } from '../../graph/make-node.js';
import { sub } from '../../ops/elementwise.js';
import * as ops from '../../ops/reduction.js';
import { shapeOf } from '../../ops/shape.js';
import { RandomStream } from '../../random.test.support.js';
import { checkGradients, randomTensor, type Spread } from '../finite-differences.test.support.js';

const random = RandomStream.of(13, 'reduction');

describe('gradients of reductions', () => {
  const all: Record<string, [typeof ops.reduceSum, Spread]> = {
    ReduceSum: [ops.reduceSum, 'normal'],
    ReduceMean: [ops.reduceMean, 'normal'],
    ReduceMax: [ops.reduceMax, 'distinct'],
    ReduceMin: [ops.reduceMin, 'distinct'],
    ReduceL1: [ops.reduceL1, 'distinct'],
    ReduceL2: [ops.reduceL2, 'normal'],
    ReduceSumSquare: [ops.reduceSumSquare, 'normal'],
    ReduceLogSumExp: [ops.reduceLogSumExp, 'normal'],
    ReduceLogSum: [ops.reduceLogSum, 'positive'],
  };
  for (const [name, [op, spread]] of Object.entries(all)) {
    it(`${name} over any axes, kept or not`, async () => {
      for (const axes of [undefined, [0], [-1], [0, 2], [1, 2], []]) {
        for (const keepdims of [true, false]) {
          const x = randomTensor(random, [2, 3, 2], spread, name === 'ReduceLogSum' ? 'float32' : 'float64');
          await checkGradients((value) => op(value, axes, { keepdims }), [x]);
        }
      }
      const unknown = { shapes: [['batch', 'n', 2]] };
      const x = randomTensor(random, [2, 3, 2], spread, name === 'ReduceLogSum' ? 'float32' : 'float64');
      await checkGradients((value) => op(value, [0, 1], { keepdims: false }), [x], unknown);
      await checkGradients((value) => op(value), [x], unknown);
    });
  }

  it('ReduceMean over axes only known at run time', async () => {
    const x = randomTensor(random, [2, 3]);
    // Rank - 1, which is unknown when the graph is built.
    await checkGradients(
      (value) => call('ReduceMean', [value, call('Identity', [sub(shapeOf(shapeOf(value)), 1)])]),
      [x],
    );
  });
});
