import { expect } from 'chai';
import * as ort from 'onnxruntime-node';
import { modelBytes } from '../../export/to-model.js';
import { relu } from '../../ops/activations.js';
import { loop } from '../../ops/control.js';
import { add, cast, div, exp, identity, mul, sqrt, sub } from '../../ops/elementwise.js';
import { matMul } from '../../ops/linear.js';
import { concat, expand, gather, reshape, shapeOf, slice, transpose, unsqueeze } from '../../ops/shape.js';
import { numbersOf, tensorOf } from '../../tensor/numbers.js';
import { elements } from '../../tensor/tensor.js';
import type { Graph, Value } from '../ir/graph.js';
import { constant, indices, input, parameter, scalar } from '../ir/values.js';
import { walkGraph } from '../ir/walk.js';
import { makeNode } from '../make-node.js';
import { optimize } from './optimize.js';

const x = input('x', 'float32', ['batch', 4]);
const graphOf = (...values: Value[]): Graph => ({
  inputs: [x],
  outputs: new Map(values.map((value, at) => [`y${at}`, value])),
});
const opsOf = (graph: Graph) => walkGraph(graph).nodes.map(({ op }) => op);
const folded = (...values: Value[]) => optimize(graphOf(...values));

describe('folding a graph', () => {
  it('folds constants', () => {
    const scale = div(sqrt(scalar(2)), 3);
    const [value] = folded(scale).outputs.values();
    expect(value?.kind === 'constant' && numbersOf(value.data)).to.eql([Math.fround(Math.fround(Math.SQRT2) / 3)]);
    expect(opsOf(folded(mul(x, scale)))).to.eql(['Mul']);
    const shape = concat([indices([-1]), unsqueeze(gather(shapeOf(x), scalar(1, 'int64')), [0])], 0);
    expect(opsOf(folded(reshape(exp(x), shape)))).to.eql(['Exp']);
  });

  it('does not fold named sizes', () => {
    const [value] = folded(shapeOf(x)).outputs.values();
    expect(value?.kind).to.equal('node');
  });

  it('reshapes large constants without copying', () => {
    const large = constant(tensorOf(Array.from({ length: 1000 }, Math.sqrt), 'float32', [10, 100]));
    const [value] = folded(reshape(large, [100, -1])).outputs.values();
    expect(value).to.deep.include({ kind: 'constant', shape: [100, 10] });
    expect(value?.kind === 'constant' && value.data.bytes).to.equal(large.data.bytes);
  });

  it('merges equal nodes', () => {
    const graph = folded(mul(exp(x), 2), add(mul(exp(x), 2), exp(x)));
    expect(opsOf(graph)).to.eql(['Exp', 'Mul', 'Add']);
  });

  it('does not merge nodes that are random or only similar', () => {
    const [a, b] = [slice(x, [0], [2], [1]), slice(x, [0], [3], [1])];
    expect(opsOf(folded(a, b))).to.eql(['Slice', 'Slice']);
    expect(opsOf(folded(cast(x, 'int32'), cast(x, 'int64')))).to.eql(['Cast', 'Cast']);
    const dropped = () => makeNode({ op: 'Dropout', inputs: [x, scalar(0.5), scalar(1, 'bool')] })[0]!;
    expect(opsOf(folded(dropped(), dropped()))).to.eql(['Dropout', 'Dropout']);
  });

  it('removes operators without effect', () => {
    const same = [
      identity(x),
      reshape(x, [0, -1]),
      reshape(x, [-1, 4]),
      expand(x, [1, 4]),
      mul(x, 1),
      mul(scalar(1), x),
      div(x, 1),
      sub(x, 0),
      transpose(transpose(x)),
      slice(x, [0], [2 ** 40], [0]),
    ];
    expect([...folded(...same).outputs.values()]).to.eql(same.map(() => x));
    expect(opsOf(folded(add(x, 0), mul(x, constant(tensorOf([1], 'float32', [1, 1, 1])))))).to.eql(['Add', 'Mul']);
  });

  it('merges two transpositions', () => {
    const cube = input('c', 'float32', [2, 3, 4]);
    const graph = folded(transpose(transpose(cube, [1, 0, 2]), [0, 2, 1]));
    expect(opsOf(graph)).to.eql(['Transpose']);
    expect(graph.outputs.get('y0')!.shape).to.eql([3, 4, 2]);
  });

  it('folds inside bodies, and merges across their border', () => {
    const { states } = loop(2, [x], (_, [state]) => ({ states: [mul(add(identity(state!), exp(x)), 1)] }));
    const graph = folded(states[0]!, exp(x));
    expect(opsOf(graph)).to.eql(['Exp', 'Loop']);
  });

  it('keeps results bit-identical', async () => {
    const w = parameter(
      'w',
      tensorOf(
        Array.from({ length: 16 }, (_, at) => Math.sin(at)),
        'float32',
        [4, 4],
      ),
    );
    const layer = (y: Value) => relu(add(matMul(y, transpose(transpose(w))), div(sqrt(scalar(3)), 7)));
    const y = mul(layer(reshape(layer(x), shapeOf(x))), add(layer(x), identity(layer(x))));
    const { states } = loop(3, [y], (_, [state]) => ({ states: [sub(mul(state!, scalar(0.3)), mul(layer(x), 1))] }));
    const graph = graphOf(y, states[0]!);
    const after = optimize(graph);
    expect(opsOf(after).length).to.be.lessThan(opsOf(graph).length);
    expect(await run(after)).to.eql(await run(graph));
  });
});

async function run(graph: Graph): Promise<number[][]> {
  const session = await ort.InferenceSession.create(modelBytes(graph), { graphOptimizationLevel: 'disabled' });
  const data = elements(
    tensorOf(
      Array.from({ length: 12 }, (_, at) => Math.cos(at)),
      'float32',
      [3, 4],
    ),
  );
  const results = await session.run({ x: new ort.Tensor('float32', data as Float32Array, [3, 4]) });
  await session.release();
  return [...graph.outputs.keys()].map((name) => Array.from(results[name]!.data as Float32Array));
}
