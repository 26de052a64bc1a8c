import { expect } from 'chai';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { graphAttribute } from '../graph/ir/attributes.js';
import type { Graph, InputValue, Value } from '../graph/ir/graph.js';
import { constant, input, parameter, scalar } from '../graph/ir/values.js';
import { call, makeNode } from '../graph/make-node.js';
import { decode, modelProto } from '../proto/codecs.js';
import type { NodeProto } from '../proto/messages.js';
import { type TensorData, tensor } from '../tensor/tensor.js';
import { modelBytes } from './to-model.js';

const vector = (...values: readonly number[]): TensorData => tensor(new Float32Array(values));
const graph = (inputs: readonly InputValue[], outputs: Record<string, Value>): Graph => ({
  inputs,
  outputs: new Map(Object.entries(outputs)),
});

type Feed = readonly number[] | boolean | bigint;

function feed(value: Feed): Tensor {
  if (typeof value === 'boolean') return new Tensor('bool', [value], []);
  if (typeof value === 'bigint') return new Tensor('int64', [value], []);
  return new Tensor('float32', value, [value.length]);
}

async function run(bytes: Uint8Array, feeds: Record<string, Feed>): Promise<Record<string, number[]>> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 });
  const results = await session.run(
    Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, feed(value)])),
  );
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, [...(data as Float32Array)]]));
}

function nodesOf(bytes: Uint8Array): readonly NodeProto[] {
  return decode(modelProto, bytes).graph!.node;
}
const operators = (nodes: readonly NodeProto[]): string[] => nodes.map(({ opType }) => opType);
const bodiesOf = ({ attribute }: NodeProto): (readonly NodeProto[])[] =>
  attribute.flatMap(({ g }) => (g ? [g.node] : []));

const x = input('x', 'float32', ['n']);
const flag = input('flag', 'bool', []);

/** Counts `times` steps of `step(carried)`. */
function loop(times: Value, start: Value, step: (carried: Value) => Value): Value {
  const [iteration, running] = [input('i', 'int64', []), input('running', 'bool', [])];
  const carried = input('carried', start.dtype, start.shape);
  const body = graph([iteration, running, carried], { running, next: step(carried) });
  return makeNode({
    op: 'Loop',
    inputs: [times, null, start],
    attributes: { body: graphAttribute(body) },
    outputs: 1,
  })[0]!;
}
function choose(then: Value, otherwise: Value): Value {
  const attributes = {
    then_branch: graphAttribute(graph([], { out: then })),
    else_branch: graphAttribute(graph([], { out: otherwise })),
  };
  return makeNode({ op: 'If', inputs: [flag], attributes, outputs: 1 })[0]!;
}
const times = input('times', 'int64', []);

describe('models that ONNX Runtime runs', () => {
  it('a parameter, a constant, and one value under two names', async () => {
    const sum = call('Add', [call('Mul', [x, parameter('w', vector(2, 3))]), constant(vector(1, 1))]);
    const bytes = modelBytes(graph([x], { y: sum, again: sum, x, w2: parameter('w3', vector(7)) }));
    expect(await run(bytes, { x: [10, 20] })).to.deep.equal({ y: [21, 61], again: [21, 61], x: [10, 20], w2: [7] });
  });

  it('parameters fed as inputs, before the others', async () => {
    const bytes = modelBytes(graph([x], { y: call('Mul', [x, parameter('w', vector(2, 3))]) }), {
      parametersAs: 'inputs',
    });
    expect(decode(modelProto, bytes).graph?.input.map(({ name }) => name)).to.deep.equal(['w', 'x']);
    expect(await run(bytes, { w: [5, 6], x: [1, 2] })).to.deep.equal({ y: [5, 12] });
  });

  it('parameters are in the order of use', () => {
    const layer = (value: Value, name: string) => {
      const product = call('Mul', [value, parameter(`${name}.weight`, vector(1))]);
      return call('Add', [product, parameter(`${name}.bias`, vector(1))]);
    };
    const { initializer } = decode(modelProto, modelBytes(graph([x], { y: layer(layer(x, 'a'), 'b') }))).graph!;
    expect(initializer.map(({ name }) => name)).to.deep.equal(['a.weight', 'a.bias', 'b.weight', 'b.bias']);
  });

  it('parameters with the values given', async () => {
    const model = graph([x], { y: call('Mul', [x, parameter('w', vector(2, 3))]) });
    const bytes = modelBytes(model, { parameters: new Map([['w', vector(4, 5)]]) });
    expect(await run(bytes, { x: [1, 1] })).to.deep.equal({ y: [4, 5] });
    const wrong = () => modelBytes(model, { parameters: new Map([['w', vector(4)]]) });
    expect(wrong).to.throw('The parameter "w" is float32[2] in the graph, but float32[1] was given.');
    expect(() => modelBytes(model, { parameters: new Map() })).to.throw('The parameter "w" was not given.');
  });

  it('a loop that captures a value, and computes in its body what only the body needs', async () => {
    const outside = call('Neg', [x]);
    const sum = loop(times, x, (carried) => call('Add', [carried, call('Exp', [call('Mul', [outside, scalar(0)])])]));
    const bytes = modelBytes(graph([times, x], { y: sum, outside }));
    expect(await run(bytes, { times: 3n, x: [1, 2] })).to.deep.equal({ y: [4, 5], outside: [-1, -2] });
    expect(operators(nodesOf(bytes))).to.deep.equal(['Neg', 'Loop']);
    expect(bodiesOf(nodesOf(bytes)[1]!).map(operators)).to.deep.equal([['Mul', 'Exp', 'Add', 'Identity']]);
  });

  it('a loop in a loop', async () => {
    const result = loop(times, x, (outer) => loop(times, outer, (inner) => call('Add', [inner, outer])));
    expect(await run(modelBytes(graph([times, x], { y: result })), { times: 2n, x: [1] })).to.deep.equal({ y: [9] });
  });

  it('a value that both branches need is computed once, one that a branch needs only in it', async () => {
    const shared = call('Exp', [x]);
    const y = choose(call('Neg', [shared]), call('Mul', [shared, call('Sqrt', [x])]));
    const bytes = modelBytes(graph([flag, x], { y }));
    expect(operators(nodesOf(bytes))).to.deep.equal(['Exp', 'If']);
    expect(bodiesOf(nodesOf(bytes)[1]!).map(operators)).to.deep.equal([['Neg'], ['Sqrt', 'Mul']]);
    expect(await run(bytes, { flag: true, x: [0] })).to.deep.equal({ y: [-1] });
    expect(await run(bytes, { flag: false, x: [0] })).to.deep.equal({ y: [0] });
  });

  it('branches that only return a value', async () => {
    const bytes = modelBytes(graph([flag, x], { y: choose(x, constant(vector(9))) }));
    expect(await run(bytes, { flag: true, x: [3] })).to.deep.equal({ y: [3] });
    expect(await run(bytes, { flag: false, x: [3] })).to.deep.equal({ y: [9] });
  });

  it('one body in two loops', async () => {
    const carried = input('carried', 'float32', ['n']);
    const [iteration, running] = [input('i', 'int64', []), input('running', 'bool', [])];
    const body = graph([iteration, running, carried], {
      running,
      next: call('Add', [carried, call('Exp', [carried])]),
    });
    const attributes = { body: graphAttribute(body) };
    const twice = (start: Value) => makeNode({ op: 'Loop', inputs: [times, null, start], attributes, outputs: 1 })[0]!;
    const bytes = modelBytes(graph([times, x], { y: twice(twice(x)) }));
    expect((await run(bytes, { times: 1n, x: [0] })).y?.[0]).to.be.closeTo(1 + Math.E, 1e-6);
  });

  it('a chain of 20,000 nodes', async () => {
    let y: Value = x;
    for (let count = 0; count < 20_000; count += 1) y = call('Neg', [y]);
    expect(nodesOf(modelBytes(graph([x], { y })))).to.have.length(20_000);
  });
});

describe('models that cannot be written', () => {
  it('an input, a parameter or an output of the same name', () => {
    const twice = () => modelBytes(graph([x], { y: call('Mul', [x, parameter('x', vector(1))]) }));
    expect(twice).to.throw('"x" is the name of one input and one parameter.');
    const output = () => modelBytes(graph([x], { w: call('Mul', [x, parameter('w', vector(1))]) }));
    expect(output).to.throw('"w" is the name of one parameter and one output.');
  });

  it('an input that is not listed', () => {
    expect(() => modelBytes(graph([], { y: call('Neg', [x]) }))).to.throw('"x" is not among the graph\'s inputs');
  });

  it('a value of a loop body used outside of it', () => {
    let leaked: Value = x;
    const sum = loop(times, x, (carried) => {
      leaked = call('Neg', [carried]);
      return call('Add', [carried, leaked]);
    });
    expect(() => modelBytes(graph([times, x], { sum, leaked }))).to.throw(
      'outside of the loop or branch it belongs to',
    );
  });
});
