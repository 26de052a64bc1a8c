import { expect } from 'chai';
import { ifThenElse, loop } from '../../ops/control.js';
import { add, cast, exp, mul } from '../../ops/elementwise.js';
import { tensorOf } from '../../tensor/numbers.js';
import type { Value } from './graph.js';
import { input, parameter, scalar } from './values.js';
import { bodiesOf, capturesOf, innerNodes, walk } from './walk.js';

const x = input('x', 'float32', ['batch']);
const w = parameter('w', tensorOf([2], 'float32', [1]));
const opsOf = (outputs: readonly Value[]) => walk(outputs).nodes.map(({ op }) => op);

describe('walking a graph', () => {
  it('visits each node once, after its dependencies, and every leaf', () => {
    const shared = mul(x, w);
    const y = add(exp(shared), shared);
    const { nodes, inputs, parameters, constants } = walk([add(y, 1), y]);
    expect(nodes.map(({ op }) => op)).to.eql(['Mul', 'Exp', 'Add', 'Add']);
    expect(inputs).to.eql([x]);
    expect(parameters).to.eql([w]);
    expect(constants.map(({ shape }) => shape)).to.eql([[]]);
  });

  it('orders nodes that are needed late and early', () => {
    const deep = exp(exp(exp(x)));
    const nodes = walk([add(x, 1), add(deep, mul(deep, x)), deep]).nodes;
    for (const [at, node] of nodes.entries()) {
      for (const value of node.inputs) {
        if (value?.kind === 'node') expect(nodes.indexOf(value.node)).to.be.lessThan(at).and.at.least(0);
      }
    }
  });

  it('stops at an end', () => {
    const middle = exp(x);
    expect(walk([mul(middle, 2)], (value) => value === middle))
      .to.include({})
      .and.to.have.property('inputs')
      .eql([]);
  });

  it('walks chains deeper than the call stack', () => {
    let y: Value = x;
    for (let count = 0; count < 50_000; count++) y = add(y, x);
    expect(walk([y]).nodes).to.have.length(50_000);
  });

  it('counts captured values as dependencies of the node', () => {
    const outside = exp(x);
    const { states } = loop(3, [x], (iteration, [state]) => {
      const inner = loop(2, [state!], (_, [deeper]) => ({ states: [mul(add(deeper!, outside), w)] }));
      return { states: [add(inner.states[0]!, cast(iteration, 'float32'))] };
    });
    expect(opsOf(states)).to.eql(['Exp', 'Loop']);
    expect(walk(states).parameters).to.eql([w]);
    const [node] = walk(states).nodes.filter(({ op }) => op === 'Loop');
    const [body] = bodiesOf(node!);
    expect(capturesOf(body!).filter(({ kind }) => kind !== 'constant')).to.have.members([outside, w]);
    expect([...innerNodes(body!)].map(({ op }) => op)).to.have.members(['Loop', 'Cast', 'Add']);
  });

  it('counts loop invariants as captured values', () => {
    const { states } = loop(3, [x], (_, [state]) => ({ states: [add(state!, exp(w))] }));
    expect(opsOf(states)).to.eql(['Exp', 'Loop']);
  });

  it('counts all outputs of a branch as captured values', () => {
    const [y] = ifThenElse(scalar(1, 'bool'), [exp(x)], [mul(x, 2)]);
    expect(opsOf([y!])).to.eql(['Exp', 'Mul', 'If']);
  });
});
