import { expect } from 'chai';
import type { Value } from '../../graph/ir/graph.js';
import { input, scalar } from '../../graph/ir/values.js';
import { call } from '../../graph/make-node.js';
import { softmax } from '../../ops/activations.js';
import { add, mul } from '../../ops/elementwise.js';
import { where } from '../../ops/logic.js';
import { reduceSum } from '../../ops/reduction.js';
import { numbersOf } from '../../tensor/numbers.js';
import { tensor } from '../../tensor/tensor.js';
import { gradientsOf } from '../gradients.js';
import { openGraph } from '../run-graph.test.support.js';

const [x, mask, weights] = ['x', 'mask', 'weights'].map((name) => input(name, 'float32', [2, 3])) as [
  Value & { kind: 'input' },
  Value & { kind: 'input' },
  Value & { kind: 'input' },
];
const rows = (...numbers: readonly number[]) => tensor(Float32Array.from(numbers), [2, 3]);
const total = (value: Value) => reduceSum(value, undefined, { keepdims: false });

async function gradient(loss: Value, values: readonly number[]) {
  const [of] = gradientsOf(loss, [x]);
  const graph = await openGraph({ inputs: [x, mask, weights], outputs: new Map([['dx', of!]]) });
  const feeds = new Map([
    ['x', rows(1, 2, 3, 4, 5, 6)],
    ['mask', rows(...values)],
    ['weights', rows(1, -2, 3, 0.5, 4, 2)],
  ]);
  const found = numbersOf((await graph.run(feeds)).get('dx')!);
  await graph.close();
  return found;
}

describe('a softmax whose rows without scores are 0', () => {
  const s = softmax(add(x, mask), -1);
  const safe = where(call('IsNaN', [s]), scalar(0), s);

  it('has a gradient of 0 where a whole row is masked, and that of a softmax elsewhere', async () => {
    const none = Number.NEGATIVE_INFINITY;
    const masked = await gradient(total(mul(safe, weights)), [0, 0, none, none, none, none]);
    const plain = await gradient(total(mul(s, weights)), [0, 0, none, 0, 0, 0]);
    expect(masked.slice(3)).to.deep.equal([0, 0, 0]);
    expect(masked.slice(0, 3)).to.deep.equal(plain.slice(0, 3));
    expect(Math.abs(masked[0]!)).to.be.greaterThan(0.1);
  });

  it('is differentiated as it is where the softmax has other uses', async () => {
    const found = await gradient(total(add(mul(safe, weights), mul(s, s))), [0, 0, 0, 0, 0, 0]);
    const plain = await gradient(total(add(mul(s, weights), mul(s, s))), [0, 0, 0, 0, 0, 0]);
    expect(found).to.deep.equal(plain);
  });
});
