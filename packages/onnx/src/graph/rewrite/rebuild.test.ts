import { expect } from 'chai';
import { ifThenElse, loop, scan } from '../../ops/control.js';
import { add, exp, mul } from '../../ops/elementwise.js';
import { matMul } from '../../ops/linear.js';
import { reshape } from '../../ops/shape.js';
import { tensorOf } from '../../tensor/numbers.js';
import type { NodeValue, Value } from '../ir/graph.js';
import { constant, input, parameter } from '../ir/values.js';
import { walk } from '../ir/walk.js';
import { makeFileNode, makeNode, makeOpaqueNode } from '../make-node.js';
import { propagatedNumbers } from '../propagate/known-values.js';
import { rebuild, rebuildValues } from './rebuild.js';

const x = input('x', 'float32', ['batch', 4]);
const w = parameter('w', tensorOf([1, 2, 3, 4], 'float32', [4, 1]));

describe('rebuilding a graph', () => {
  it('keeps unchanged nodes', () => {
    const kept = exp(x);
    const y = add(kept, matMul(x, w));
    const frozen = constant(w.initial);
    const [rebuilt] = rebuildValues([y], new Map<Value, Value>([[w, frozen]])) as [NodeValue];
    expect(rebuilt).not.to.equal(y);
    expect(rebuilt.node.inputs[0]).to.equal(kept);
    expect(walk([rebuilt]).parameters).to.eql([]);
    expect(rebuildValues([y], new Map())).to.eql([y]);
  });

  it('infers types again, and replaces inputs', () => {
    const graph = { inputs: [x], outputs: new Map([['y', reshape(exp(x), [-1])]]) };
    const x2 = input('x', 'float32', [3, 4]);
    const rebuilt = rebuild(graph, new Map<Value, Value>([[x, x2]]));
    expect(rebuilt.inputs).to.eql([x2]);
    expect(rebuilt.outputs.get('y')!.shape).to.eql([12]);
    const fixed = rebuild(graph, new Map<Value, Value>([[x, constant(tensorOf([1, 2, 3, 4], 'float32', [1, 4]))]]));
    expect(fixed.inputs).to.eql([]);
  });

  it('keeps types on request, and forgets what was computed from a constant', () => {
    const fixed = constant(w.initial);
    const odd = makeOpaqueNode({ op: 'Odd', inputs: [x], outputs: 1 }, 'it is odd')[0]!;
    const declared = { dtype: 'float32', shape: ['batch', 1] } as const;
    const [y] = makeFileNode({ op: 'MatMul', inputs: [odd, fixed], outputs: 1 }, [declared]) as [NodeValue];
    const [twice, size] = [mul(fixed, 2), makeNode({ op: 'Size', inputs: [fixed] })[0]!];
    expect(propagatedNumbers(twice)).to.eql([2, 4, 6, 8]);
    const substitute = (value: Value) => (value === fixed ? w : undefined);
    const rebuilt = rebuildValues([y, twice, size], { substitute, sameTypes: true }) as NodeValue[];
    expect(rebuilt[0]!.shape).to.eql(['batch', 1]);
    expect(rebuilt[0]!.node.inputs).to.eql([odd, w]);
    expect(propagatedNumbers(rebuilt[1])).to.equal(undefined);
    expect(propagatedNumbers(rebuilt[2])).to.eql([4]);
    expect(fixed).to.eql(constant(w.initial));
  });

  it('rejects what does not fit, naming the node', () => {
    const y = makeNode({ op: 'MatMul', inputs: [x, w], origin: 'head' })[0]!;
    expect(() => rebuildValues([y], new Map<Value, Value>([[x, input('x', 'float32', [1, 3])]]))).to.throw(
      'MatMul (node "head") cannot take (float32[1, 3], float32[4, 1]): its inputs have 3 columns, but 4 rows.',
    );
  });

  it('replaces captured values, and infers the types of body inputs', () => {
    const outside = exp(x);
    const { states, scans } = loop(2, [x], (_, [state]) => {
      const next = add(mul(state!, outside), w);
      return { states: [mul(state!, 2)], scans: [next] };
    });
    const x2 = input('x', 'float32', [4, 4]);
    const rebuilt = rebuildValues([...states, ...scans], new Map<Value, Value>([[x, x2]]));
    expect(rebuilt.map(({ shape }) => shape)).to.eql([
      [4, 4],
      [2, 4, 4],
    ]);
    expect(walk(rebuilt).inputs).to.eql([x2]);
    expect(walk(states).inputs).to.eql([x]);
  });

  it("infers the types of a Scan's elements", () => {
    const sequence = input('s', 'float32', ['time', 'batch', 4]);
    const { scans } = scan([x], [sequence], ([state], [element]) => {
      const next = add(state!, element!);
      return { states: [next], scans: [next] };
    });
    const changes = new Map<Value, Value>([
      [sequence, input('s', 'float32', [7, 2, 4])],
      [x, input('x', 'float32', [2, 4])],
    ]);
    expect(rebuildValues(scans, changes)[0]!.shape).to.eql([7, 2, 4]);
  });

  it('offers each node for rewriting, with its inputs rebuilt', () => {
    const y = exp(exp(add(x, 1)));
    const [rebuilt] = rebuildValues([y], {
      rewrite: (node) => (node.op === 'Exp' ? [mul(node.inputs[0]!, 3)] : undefined),
    });
    expect(walk([rebuilt!]).nodes.map(({ op }) => op)).to.eql(['Add', 'Mul', 'Mul']);
  });

  it('puts the branch in place of an If whose condition is known, and leaves the other branch alone', () => {
    const long = input('long', 'bool', []);
    // The other branch does not fit the new shape.
    const [y] = ifThenElse(long, [matMul(x, w)], [exp(x)]) as [NodeValue];
    const x3 = input('x', 'float32', ['batch', 3]);
    const seen: string[] = [];
    const [rebuilt] = rebuildValues([mul(y, y)], {
      substitute: (value) => (value === x ? x3 : value === long ? constant(tensorOf([0], 'bool', [])) : undefined),
      rewrite: ({ op }) => {
        seen.push(op);
        return undefined;
      },
    }) as [NodeValue];
    expect(seen).to.eql(['Exp', 'Mul']);
    expect(rebuilt.shape).to.eql(['batch', 3]);
    expect(walk([rebuilt]).parameters).to.eql([]);
  });

  it('replaces one output of several', () => {
    const [values, at] = makeNode({ op: 'TopK', inputs: [x, constant(tensorOf([2], 'int64', [1]))] });
    const changes = new Map<Value, Value>([
      [x, input('x', 'float32', [3, 4])],
      [at!, input('at', 'int64', [3, 2])],
    ]);
    const [top, positions] = rebuildValues([values!, at!], changes);
    expect(top).to.deep.include({ kind: 'node', shape: [3, 2] });
    expect(positions).to.include({ kind: 'input', name: 'at' });
  });
});
