import { expect } from 'chai';
import { OnnxError } from '../errors/onnx-error.js';
import type { Graph, Value } from '../graph/ir/graph.js';
import { input, parameter } from '../graph/ir/values.js';
import { makeNode } from '../graph/make-node.js';
import { relu, sigmoid, softmax, tanh } from '../ops/activations.js';
import { add, cast, div, exp, floor, identity, mul, pow, sin } from '../ops/elementwise.js';
import { matMul } from '../ops/linear.js';
import { reduceSum } from '../ops/reduction.js';
import { RandomStream } from '../random.test.support.js';
import { numbersOf } from '../tensor/numbers.js';
import { tensor } from '../tensor/tensor.js';
import { randomTensor } from './finite-differences.test.support.js';
import { gradients, gradientsOf } from './gradients.js';
import { openGraph } from './run-graph.test.support.js';
import { stopGradient } from './stop-gradient.js';

const total = (x: Value) => reduceSum(x, undefined, { keepdims: false });
const numbers = (...values: readonly number[]) => tensor(Float64Array.from(values));

async function evaluate(value: Value, x: Value, at: readonly number[]): Promise<number[]> {
  const session = await openGraph({ inputs: x.kind === 'input' ? [x] : [], outputs: new Map([['y', value]]) });
  const results = await session.run(new Map([['x', numbers(...at)]]));
  await session.close();
  return numbersOf(results.get('y')!);
}

function errorOf(action: () => unknown): OnnxError {
  try {
    action();
  } catch (error) {
    if (error instanceof OnnxError) return error;
    throw error;
  }
  throw new Error('no error was thrown');
}

describe('gradientsOf', () => {
  const x = input('x', 'float64', [3]);

  it('sums over all paths from a value to the loss', async () => {
    const shared = mul(x, x);
    const [gradient] = gradientsOf(total(add(add(mul(shared, shared), shared), mul(x, 5))), [x]);
    expect(await evaluate(gradient!, x, [1, 2, -1])).to.deep.equal([11, 41, -1]);
  });

  it('of an intermediate value covers what reaches the loss through it', async () => {
    const middle = mul(x, 3);
    const [ofMiddle, ofX] = gradientsOf(total(mul(middle, middle)), [middle, x]);
    expect(await evaluate(ofMiddle!, x, [1, 2, 3])).to.deep.equal([6, 12, 18]);
    expect(await evaluate(ofX!, x, [1, 2, 3])).to.deep.equal([18, 36, 54]);
  });

  it('of the loss itself is 1', async () => {
    const loss = total(x);
    expect(await evaluate(gradientsOf(loss, [loss])[0]!, x, [1, 2, 3])).to.deep.equal([1]);
  });

  it('is null where the loss does not depend on it, or only by steps', () => {
    const other = input('other', 'float64', [3]);
    expect(gradientsOf(total(x), [other])).to.deep.equal([null]);
    expect(gradientsOf(total(floor(x)), [x])).to.deep.equal([null]);
    expect(gradientsOf(total(cast(cast(x, 'int64'), 'float64')), [x])).to.deep.equal([null]);
  });

  it('does not go through stopGradient', async () => {
    const [gradient] = gradientsOf(total(mul(x, stopGradient(mul(x, x)))), [x]);
    expect(await evaluate(gradient!, x, [1, 2, 3])).to.deep.equal([1, 4, 9]);
    expect(gradientsOf(total(stopGradient(x)), [x])).to.deep.equal([null]);
    const named = makeNode({ op: 'Identity', inputs: [x], origin: '/layer/Identity' })[0]!;
    expect(gradientsOf(total(named), [x])[0]).to.not.equal(null);
  });

  it('goes through a chain deeper than the call stack', () => {
    let deep: Value = x;
    for (let step = 0; step < 20_000; step++) deep = identity(deep);
    expect(gradientsOf(total(deep), [x])[0]).to.not.equal(null);
  });

  it('rejects a loss that is not a single number', () => {
    expect(errorOf(() => gradientsOf(x, [x]))).to.include({ code: 'MODEL_INVALID' });
    expect(errorOf(() => gradientsOf(x, [x])).message).to.equal('The loss is float64[3], but must be a single number.');
    expect(errorOf(() => gradientsOf(total(input('n', 'int64', [2])), [x])).message).to.include('int64[]');
  });

  it('names the node, its operator and the path to it where there is no rule', () => {
    const type = { dtype: 'float64', shape: [] } as const;
    const determinant = (value: Value) => makeNode({ op: 'Det', inputs: [value], origin: '/head/Det' }, [type])[0]!;
    const error = errorOf(() => gradientsOf(total(exp(determinant(tanh(x)))), [x]));
    expect(error).to.include({ code: 'MODEL_INVALID', about: '/head/Det' });
    expect(error.message).to.equal(
      'Det (node "/head/Det") has no gradient rule, and is on the path from the loss: ' +
        'loss ← ReduceSum ← Exp ← Det (node "/head/Det").',
    );
    expect(error.hint).to.include('Freeze "x"');
    // Off the path it needs no rule.
    expect(gradientsOf(total(mul(x, determinant(input('other', 'float64', [2, 2])))), [x])[0]).to.not.equal(null);
  });
});

describe('the advice where an operator has no rule', () => {
  const x = input('x', 'float32', [2, 2]);
  const weights = ['w1', 'w2', 'w3', 'w4'].map((name) => parameter(name, tensor(Float32Array.of(1, 2, 3, 4), [2, 2])));

  it('names what depends on the node, not what comes after it', () => {
    const type = { dtype: 'float32', shape: [2, 2] } as const;
    const [a, b, c, last] = weights as [Value, Value, Value, Value];
    const before = matMul(matMul(matMul(x, a), b), c);
    const opaque = makeNode({ op: 'Foo', domain: 'com.example', inputs: [before], origin: '/foo' }, [type])[0]!;
    const loss = total(matMul(opaque, last));
    const error = errorOf(() => gradientsOf(loss, weights));
    expect(error.message).to.include('com.example.Foo (node "/foo") has no gradient rule');
    expect(error.hint).to.include('Freeze "w1", "w2" and "w3"');
    expect(error.hint).not.to.include('w4');
    expect(gradientsOf(loss, [last])[0]).to.not.equal(null);
  });
});

describe('gradients', () => {
  const x = input('x', 'float64', ['batch', 2]);
  const w = parameter('w', tensor(Float64Array.of(1, 2, 3, 4), [2, 2]));
  const unused = parameter('unused', numbers(1, 2));
  const logits = matMul(x, w);
  const loss = total(mul(logits, logits));
  const graph: Graph = {
    inputs: [x],
    outputs: new Map([
      ['loss', loss],
      ['logits', logits],
      ['other', total(unused)],
    ]),
  };
  const feeds = new Map([['x', tensor(Float64Array.of(1, 0, 0, 1), [2, 2])]]);

  it('adds the gradients to the outputs, by name', async () => {
    const result = gradients(graph, { of: 'loss', for: ['w', 'x', 'logits', 'unused'] });
    expect([...result.outputs.keys()].slice(3)).to.deep.equal(['w_grad', 'x_grad', 'logits_grad', 'unused_grad']);
    const session = await openGraph(result);
    const outputs = await session.run(feeds);
    await session.close();
    expect(numbersOf(outputs.get('loss')!)).to.deep.equal([30]);
    expect(numbersOf(outputs.get('w_grad')!)).to.deep.equal([2, 4, 6, 8]);
    expect(numbersOf(outputs.get('logits_grad')!)).to.deep.equal([2, 4, 6, 8]);
    expect(numbersOf(outputs.get('x_grad')!)).to.deep.equal([10, 22, 22, 50]);
    expect(numbersOf(outputs.get('unused_grad')!)).to.deep.equal([0, 0]);
  });

  it('accepts values, and adds a loss that is not yet an output', () => {
    const mine = total(logits);
    const result = gradients({ ...graph, outputs: new Map([['logits', logits]]) }, { of: mine, for: [w] });
    expect([...result.outputs.keys()]).to.deep.equal(['logits', 'loss', 'w_grad']);
    expect(result.outputs.get('loss')).to.equal(mine);
  });

  it('for all: every trainable parameter', () => {
    const frozen = parameter('frozen', numbers(1, 2), { trainable: false });
    const both = { inputs: [x], outputs: new Map([['loss', add(loss, total(frozen))]]) };
    const result = gradients(both, { of: 'loss', for: 'all' });
    expect([...result.outputs.keys()]).to.deep.equal(['loss', 'w_grad']);
    const none = { inputs: [x], outputs: new Map([['loss', total(x)]]) };
    expect(errorOf(() => gradients(none, { of: 'loss', for: 'all' })).message).to.include('no trainable parameter');
  });

  it('requires a loss, and what to differentiate it with respect to', () => {
    const error = errorOf(() => gradients(graph, { of: 'loss' } as never));
    expect(error).to.include({ code: 'OPTION_UNKNOWN', about: 'for' });
  });

  it('rejects an unknown name, and a loss that depends on none of the names', () => {
    const error = errorOf(() => gradients(graph, { of: 'lost', for: ['w'] }));
    expect(error).to.include({ code: 'MODEL_INVALID', about: 'lost' });
    expect(error.hint).to.include('"loss"').and.include('"w"');
    expect(errorOf(() => gradients(graph, { of: 'loss', for: ['unused'] })).message).to.include(
      'depends on none of "unused"',
    );
  });
});

describe('gradients of gradients', () => {
  it('match the analytic second derivatives', async () => {
    const x = input('x', 'float64', [3]);
    const at = [0.3, 1, 2];
    const second = (of: Value) => gradientsOf(total(gradientsOf(total(of), [x])[0]!), [x])[0]!;
    const expected: [Value, (value: number) => number][] = [
      [pow(x, 3), (value) => 6 * value],
      [sin(x), (value) => -Math.sin(value)],
      [exp(mul(x, 2)), (value) => 4 * Math.exp(2 * value)],
      [div(1, x), (value) => 2 / value ** 3],
      [sigmoid(x), (value) => ((s) => s * (1 - s) * (1 - 2 * s))(1 / (1 + Math.exp(-value)))],
      [tanh(x), (value) => -2 * Math.tanh(value) * (1 - Math.tanh(value) ** 2)],
    ];
    for (const [of, slope] of expected) {
      const found = await evaluate(second(of), x, at);
      for (const [index, value] of found.entries()) expect(value).to.be.closeTo(slope(at[index]!), 1e-9);
    }
  });

  it('exist for softmax, ReLU and a product', () => {
    const w = parameter('w', randomTensor(RandomStream.of(1, 'w'), [3, 3]));
    const x = input('x', 'float64', [2, 3]);
    const first = gradientsOf(total(mul(softmax(relu(matMul(x, w))), x)), [x])[0]!;
    expect(gradientsOf(total(mul(first, first)), [w])[0]).to.not.equal(null);
  });
});
