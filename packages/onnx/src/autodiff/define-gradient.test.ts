import { expect } from 'chai';
import { OnnxError } from '../errors/onnx-error.js';
import type { Graph, Value } from '../graph/ir/graph.js';
import { input } from '../graph/ir/values.js';
import { makeNode } from '../graph/make-node.js';
import { cast, div, floor, mul, neg } from '../ops/elementwise.js';
import { reduceSum } from '../ops/reduction.js';
import { reshape, slice } from '../ops/shape.js';
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

/** The determinant of a matrix of one element. */
const determinant = (value: Value) =>
  makeNode({ op: 'Det', inputs: [reshape(value, [1, 1])] }, [{ dtype: 'float32', shape: [] }])[0]!;
const ofDeterminant = defineGradient('Det', ({ inputs }, [gradient]) => [mul(gradient!, div(inputs[0]!, inputs[0]!))]);

describe('defineGradient', () => {
  it('adds a rule for an operator without one, only for the call it is passed to', async () => {
    const loss = determinant(cast(slice(mul(x, x), [1], [2]), 'float32'));
    expect(await slopes(loss, [ofDeterminant])).to.deep.equal([0, 6, 0]);
    expect(() => gradients(graphOf(loss), { of: 'loss', for: ['x'] }))
      .to.throw(OnnxError, 'Det has no gradient rule')
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
    expect(() => defineGradient('', ofDeterminant.rule)).to.throw('takes an operator and a function');
    expect(() => defineGradient('Foo', undefined as never)).to.throw('takes an operator and a function');
  });
});
