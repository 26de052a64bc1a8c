import { expect } from 'chai';
import type { Value } from '../../graph/ir/graph.js';
import { input } from '../../graph/ir/values.js';
import { relu } from '../../ops/activations.js';
import { abs, clip, max, pow } from '../../ops/elementwise.js';
import { maxPool } from '../../ops/pooling.js';
import { reduceL2, reduceMax, reduceSum } from '../../ops/reduction.js';
import { numbersOf } from '../../tensor/numbers.js';
import { tensor } from '../../tensor/tensor.js';
import { gradientsOf } from '../gradients.js';
import { openGraph } from '../run-graph.test.support.js';

async function gradientAt(
  of: (x: Value) => Value,
  values: readonly number[],
  shape = [values.length],
): Promise<number[]> {
  const x = input('x', 'float32', shape);
  const [gradient] = gradientsOf(reduceSum(of(x), undefined, { keepdims: false }), [x]);
  const session = await openGraph({ inputs: [x], outputs: new Map([['g', gradient!]]) });
  const found = await session.run(new Map([['x', tensor(Float32Array.from(values), shape)]]));
  await session.close();
  return numbersOf(found.get('g')!);
}

describe('gradients where a function is not differentiable', () => {
  it('are shared among tied maxima', async () => {
    expect(await gradientAt((x) => reduceMax(x), [3, 1, 3, 2])).to.deep.equal([0.5, 0, 0.5, 0]);
    expect(await gradientAt((x) => max([x, 2]), [1, 2, 3])).to.deep.equal([0, 0.5, 1]);
  });

  it('are shared within adjacent windows, and go to the first maximum of overlapping ones', async () => {
    const image = [1, 1, 2, 5];
    expect(await gradientAt((x) => maxPool(x, [2], { strides: [2] }), image, [1, 1, 4])).to.deep.equal([
      0.5, 0.5, 0, 1,
    ]);
    expect(await gradientAt((x) => maxPool(x, [2], { strides: [1] }), image, [1, 1, 4])).to.deep.equal([1, 0, 1, 1]);
  });

  it('of ReLU and |x| at 0 are 0, inside the bounds of Clip 1', async () => {
    expect(await gradientAt(relu, [-1, 0, 1e-30, 1])).to.deep.equal([0, 0, 1, 1]);
    expect(await gradientAt(abs, [-2, 0, 2])).to.deep.equal([-1, 0, 1]);
    expect(await gradientAt((x) => clip(x, 0, 1), [-1, 0, 0.5, 1, 2])).to.deep.equal([0, 1, 1, 1, 0]);
  });

  it('are finite where a formula would divide zero by zero', async () => {
    expect(await gradientAt((x) => reduceL2(x), [0, 0])).to.deep.equal([0, 0]);
    expect(await gradientAt((x) => pow(x, x), [1])).to.deep.equal([1]);
    expect(await gradientAt((x) => pow(x, 0), [0, 2])).to.deep.equal([0, 0]);
  });
});
