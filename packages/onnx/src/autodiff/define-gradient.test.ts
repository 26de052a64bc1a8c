import { expect } from 'chai';
import { OnnxError } from '../errors/onnx-error.js';
import type { Graph, Value } from '../graph/ir/graph.js';
import { input } from '../graph/ir/values.js';
import { makeNode } from '../graph/make-node.js';
import { div, floor, mul, neg } from '../ops/elementwise.js';
import { reduceProd, reduceSum } from '../ops/reduction.js';
import { numbersOf } from '../tensor/numbers.js';
import { tensor } from '../tensor/tensor.js';
import type { GradientRule } from './adjoints/rule.js';
import { type DefinedGradient, defineGradient } from './define-gradient.js';
import { gradients } from './gradients.js';
import { openGraph } from './run-graph.test.support.js';

const x = input('x', 'float64', [3]);
const total = (value: Value) => reduceSum(value, undefined, { keepdims: false });

function graphOf(loss: Value, ...inputs: Graph['inputs']): Graph {
  return { inputs: [x, ...inputs], outputs: new Map([['loss', loss]]) };
}

async function slopes(loss: Value, rules: readonly DefinedGradient[]): Promise<readonly number[]> {
  const session = await openGraph(gradients(graphOf(loss), { of: 'loss', for: ['x'], rules }));
  const results = await session.run(new Map([['x', tensor(Float64Array.of(2, 3, 5))]]));
  await session.close();
  return numbersOf(results.get('x_grad')!);
}

const product = defineGradient('ReduceProd', ({ inputs, outputs }, [gradient]) => [
  div(mul(gradient!, outputs[0]!), inputs[0]!),
]);

describe('defineGradient', () => {
  it('adds a rule for an operator without one, only for the call it is passed to', async () => {
    const loss = reduceProd(x, undefined, { keepdims: false });
    expect(await slopes(loss, [product])).to.deep.equal([15, 10, 6]);
    expect(() => gradients(graphOf(loss), { of: 'loss', for: ['x'] }))
      .to.throw(OnnxError, 'ReduceProd has no gradient rule')
      .with.property('code', 'MODEL_INVALID');
  });

  it('replaces a built-in rule, also for a non-differentiable operator', async () => {
    const opposite = defineGradient('Neg', (_, [gradient]) => [gradient!]);
    expect(await slopes(total(neg(x)), [])).to.deep.equal([-1, -1, -1]);
    expect(await slopes(total(neg(x)), [opposite])).to.deep.equal([1, 1, 1]);
    const through = defineGradient('Floor', (_, [gradient]) => [gradient!]);
    expect(await slopes(total(mul(floor(x), 2)), [through])).to.deep.equal([2, 2, 2]);
  });

  it('accepts a gradient with the broadcast shape of its input', () => {
    const [a, b] = [input('a', 'float32', ['batch', 3]), input('b', 'float32', [1])];
    const type = { dtype: 'float32', shape: ['batch', 3] } as const;
    const [y] = makeNode({ op: 'Foo', domain: 'com.example', inputs: [a, b] }, [type]);
    const asIs: GradientRule = (_, [gradient]) => [gradient!, gradient!];
    const found = gradients(graphOf(total(y!), a, b), {
      of: 'loss',
      for: ['a', 'b'],
      rules: [defineGradient('com.example.Foo', asIs)],
    });
    expect(found.outputs.get('a_grad')?.shape).to.deep.equal(['batch', 3]);
    expect(found.outputs.get('b_grad')?.shape).to.deep.equal([1]);
  });

  it('requires an operator name and a function', () => {
    expect(() => defineGradient('', product.rule)).to.throw('takes an operator and a function');
    expect(() => defineGradient('Foo', undefined as never)).to.throw('takes an operator and a function');
  });
});
