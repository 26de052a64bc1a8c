import { expect } from 'chai';
import { loop } from '../../ops/control.js';
import { add, clip } from '../../ops/elementwise.js';
import { conv } from '../../ops/linear.js';
import { tensorOf } from '../../tensor/numbers.js';
import { makeNode } from '../make-node.js';
import { int } from './attributes.js';
import { dump } from './dump.js';
import { input, parameter } from './values.js';

describe('a graph as text', () => {
  it('has a line for each parameter, input, node and output', () => {
    const x = input('x', 'float32', ['batch', 1, 8, 8]);
    const w = parameter('conv.weight', tensorOf(Array(18).fill(1), 'float32', [2, 1, 3, 3]), { trainable: false });
    const y = clip(conv(x, w, null, { strides: [2, 2] }), undefined, 6);
    const [top, at] = makeNode({
      op: 'MaxPool',
      inputs: [y],
      attributes: { kernel_shape: { type: 'ints', value: [2, 2] } },
      outputs: 2,
    });
    expect(
      dump({
        inputs: [x],
        outputs: new Map([
          ['y', top!],
          ['at', at!],
        ]),
      }).split('\n'),
    ).to.eql([
      'parameter conv.weight  float32[2, 1, 3, 3] (not trained)',
      'input x  float32[batch, 1, 8, 8]',
      '%1 = Conv(x, conv.weight) kernel_shape=[3, 3] strides=[2, 2]  float32[batch, 2, 3, 3]',
      '%2 = Clip(%1, _, 6)  float32[batch, 2, 3, 3]',
      '%3, %4 = MaxPool(%2) kernel_shape=[2, 2]  float32[batch, 2, 2, 2], int64[batch, 2, 2, 2]',
      'output y = %3',
      'output at = %4',
    ]);
  });

  it('shows bodies below their node', () => {
    const x = input('x', 'float32', [2]);
    const { states } = loop(3, [x], (_, [state]) => ({ states: [add(state!, x)] }));
    const text = dump({ inputs: [x], outputs: new Map([['y', states[0]!]]) });
    expect(text).to.match(/^%1 = Loop\(3, _, x\) {2}float32\[2\]\n {2}body:\n/m);
    expect(text).to.match(/^ {4}%\d+ = Add\(%state_0\.\d+, x\) {2}float32\[2\]$/m);
  });

  it('names the domain of custom operators, and shows their attributes', () => {
    const x = input('x', 'float32', [2]);
    const [y] = makeNode(
      { op: 'Foo', domain: 'com.example', inputs: [x], attributes: { k: int(3), t: { type: 'string', value: 'a' } } },
      [x],
    );
    expect(dump({ inputs: [x], outputs: new Map([['y', y!]]) })).to.include('com.example.Foo(x) k=3 t="a"  float32[2]');
  });
});
