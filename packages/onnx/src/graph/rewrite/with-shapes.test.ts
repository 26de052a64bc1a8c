import { expect } from 'chai';
import { matMul } from '../../ops/linear.js';
import { tensor } from '../../tensor/tensor.js';
import { input, parameter } from '../ir/values.js';
import { withShapes } from './with-shapes.js';

describe('a graph with other input shapes', () => {
  const x = input('x', 'float32', ['batch', 2]);
  const w = parameter('w', tensor(new Float32Array(6), [2, 3]));
  const graph = { inputs: [x], outputs: new Map([['y', matMul(x, w)]]) };

  it('has every type inferred again', () => {
    const fixed = withShapes(graph, { x: [8, 2] });
    expect(fixed.inputs[0]?.shape).to.deep.equal([8, 2]);
    expect(fixed.outputs.get('y')?.shape).to.deep.equal([8, 3]);
    expect(graph.outputs.get('y')?.shape).to.deep.equal(['batch', 3]);
  });

  it('is rejected for an unknown input, and for shapes that do not fit', () => {
    expect(() => withShapes(graph, { z: [1] })).to.throw('The graph has no input "z".');
    expect(() => withShapes(graph, { x: [8, 5] })).to.throw('MatMul');
  });
});
