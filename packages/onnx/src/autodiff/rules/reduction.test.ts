import { expect } from 'chai';
import { input } from '../../graph/ir/values.js';
import { call } from '../../graph/make-node.js';
import { sub } from '../../ops/elementwise.js';
import * as ops from '../../ops/reduction.js';
import { shapeOf } from '../../ops/shape.js';
import { RandomStream } from '../../random.test.support.js';
import { numbersOf } from '../../tensor/numbers.js';
import { tensor } from '../../tensor/tensor.js';
import { checkGradients, randomTensor, type Spread } from '../finite-differences.test.support.js';
import { gradientsOf } from '../gradients.js';
import { openGraph } from '../run-graph.test.support.js';

const random = RandomStream.of(13, 'reduction');

/** ONNX Runtime has no float64 kernels for these. */
const float32Only: ReadonlySet<string> = new Set(['ReduceLogSum', 'ReduceProd']);

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
    ReduceProd: [ops.reduceProd, 'normal'],
  };
  for (const [name, [op, spread]] of Object.entries(all)) {
    it(`${name} over any axes, kept or not`, async () => {
      for (const axes of [undefined, [0], [-1], [0, 2], [1, 2], []]) {
        for (const keepdims of [true, false]) {
          const x = randomTensor(random, [2, 3, 2], spread, float32Only.has(name) ? 'float32' : 'float64');
          await checkGradients((value) => op(value, axes, { keepdims }), [x]);
        }
      }
      const unknown = { shapes: [['batch', 'n', 2]] };
      const x = randomTensor(random, [2, 3, 2], spread, float32Only.has(name) ? 'float32' : 'float64');
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

  it('ReduceProd with no zero, one and more in a row', async () => {
    const rows = [
      [2, -3, 0.5],
      [2, 0, -0.5],
      [0, 3, 0],
      [0, 0, 0],
    ];
    const x = tensor(Float32Array.from(rows.flat()), [4, 3]);
    for (const axes of [[1], [0], undefined]) await checkGradients((value) => ops.reduceProd(value, axes), [x]);
    const inRow = input('x', 'float32', [4, 3]);
    const total = ops.reduceSum(ops.reduceProd(inRow, [1]), undefined, { keepdims: false });
    const session = await openGraph({ inputs: [inRow], outputs: new Map([['g', gradientsOf(total, [inRow])[0]!]]) });
    const found = numbersOf((await session.run(new Map([['x', x]]))).get('g')!);
    await session.close();
    expect(found).to.deep.equal([-1.5, 1, -6, 0, -1, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('ReduceProd over axes only known at run time', async () => {
    const x = randomTensor(random, [2, 3], 'positive', 'float32');
    await checkGradients(
      (value) => call('ReduceProd', [value, call('Identity', [sub(shapeOf(shapeOf(value)), 1)])]),
      [x],
    );
  });
});
