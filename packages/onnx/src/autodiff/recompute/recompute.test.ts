import { expect } from 'chai';
import type { Node, Value } from '../../graph/ir/graph.js';
import { input } from '../../graph/ir/values.js';
import { dependenciesOf, walk } from '../../graph/ir/walk.js';
import { sigmoid, tanh } from '../../ops/activations.js';
import { add, exp, mul } from '../../ops/elementwise.js';
import { matMul } from '../../ops/linear.js';
import { reduceMean } from '../../ops/reduction.js';
import { elements, tensor } from '../../tensor/tensor.js';
import { gradientsOf, recomputedGradients } from '../gradients.js';
import { openGraph } from '../run-graph.test.support.js';
import { planSegments } from './plan-segments.js';

const [rows, size, blocks] = [3, 4, 6];
const parameters = Array.from({ length: blocks }, (_, at) => input(`w${at}`, 'float32', [size, size]));
const x = input('x', 'float32', ['batch', size]);

/** Blocks with a residual connection: one value between them, and several inside. */
function network(): { loss: Value; outputs: Value } {
  const outputs = parameters.reduce<Value>((value, weights) => {
    const wide = matMul(tanh(value), weights);
    return add(value, mul(sigmoid(wide), exp(wide)));
  }, x);
  return { loss: reduceMean(mul(outputs, outputs), undefined, { keepdims: false }), outputs };
}

const numbers = (count: number, phase: number) => Float32Array.from({ length: count }, (_, at) => Math.sin(at + phase));
const feeds = new Map([
  ['x', tensor(numbers(rows * size, 0.5), [rows, size])],
  ...parameters.map(({ name }, at) => [name, tensor(numbers(size * size, at), [size, size])] as const),
]);

async function results(loss: Value, values: readonly (Value | null)[]): Promise<number[][]> {
  const outputs = new Map([loss, ...values].map((value, at) => [`${at}`, value!]));
  const graph = await openGraph({ inputs: walk(outputs.values()).inputs, outputs });
  const found = await graph.run(feeds);
  await graph.close();
  return [...outputs.keys()].map((name) => [...elements(found.get(name)!)].map(Number));
}

const each = (nodes: readonly Node[]) => {
  const length = Math.ceil(nodes.length / blocks);
  return Array.from({ length: blocks - 1 }, (_, at) => nodes.slice(at * length, (at + 1) * length));
};

describe('recomputedGradients', () => {
  it('gives the bits of gradientsOf', async () => {
    const { loss } = network();
    const usual = await results(loss, gradientsOf(loss, parameters));
    const made = recomputedGradients({
      loss,
      wrt: parameters,
      others: [],
      segments: ({ nodes }) => each(nodes),
    });
    expect(await results(made.loss, made.gradients)).to.deep.equal(usual);
  });

  it('lets the gradients read only what is between the segments', () => {
    const { loss, outputs } = network();
    let chosen: readonly (readonly Node[])[] = [];
    const made = recomputedGradients({
      loss,
      wrt: parameters,
      others: [outputs],
      segments({ nodes }) {
        chosen = each(nodes);
        return chosen;
      },
    });
    const forward = new Set(walk([made.loss, ...made.others]).nodes);
    const read = new Set<Value>();
    for (const node of walk(made.gradients.filter((value) => value !== null)).nodes) {
      if (forward.has(node)) continue;
      for (const value of dependenciesOf(node)) if (value.kind === 'node' && forward.has(value.node)) read.add(value);
    }
    const all = new Set<Value>();
    for (const node of walk(gradientsOf(loss, parameters).filter((value) => value !== null)).nodes) {
      for (const value of dependenciesOf(node)) if (value.kind === 'node') all.add(value);
    }
    expect(chosen).to.have.length(blocks - 1);
    expect(read.size).to.be.below(all.size / 4);
  });

  it('is computed again only where a segment is chosen', async () => {
    const { loss } = network();
    const made = recomputedGradients({ loss, wrt: parameters, others: [], segments: () => [] });
    expect(made.loss).to.equal(loss);
    const usual = gradientsOf(loss, parameters).map((value) => value!);
    expect(walk(made.gradients.map((value) => value!)).nodes.length).to.equal(walk(usual).nodes.length);
  });
});

describe('planSegments', () => {
  const { loss } = network();
  const { nodes } = walk([loss]);
  const sizeOf = (value: Value) => (value.shape.length === 0 ? 0 : 4 * rows * size);

  it('cuts where one value is read, so that little is stored', () => {
    const segments = planSegments(nodes, { of: sizeOf, ofSaved: sizeOf });
    expect(segments.flatMap((segment) => segment.nodes)).to.deep.equal(nodes);
    for (const { kept } of segments.slice(0, -1)) expect(kept).to.equal(4 * rows * size);
    const all = segments.reduce((sum, { bytes }) => sum + bytes, 0);
    const peak = segments.reduce((sum, { kept }) => sum + kept, 0) + Math.max(...segments.map(({ bytes }) => bytes));
    expect(peak).to.be.below(all / 2);
  });

  it('is one segment where nothing is stored', () => {
    expect(planSegments(nodes, { of: sizeOf, ofSaved: () => 0 })).to.have.length(1);
  });
});
