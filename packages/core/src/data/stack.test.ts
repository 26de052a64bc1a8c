import { expect } from 'chai';
import { elements, tensor } from '../tensor/tensor-data.js';
import { failure } from './collect.test.support.js';
import { stack } from './stack.js';

describe('stack', () => {
  it('adds a leading dimension to every array, by name', () => {
    const batch = stack(
      [
        { b: Int32Array.of(1, 2), a: 0.5, m: tensor(Float32Array.of(1, 2, 3, 4), [2, 2]) },
        { m: tensor(Float32Array.of(5, 6, 7, 8), [2, 2]), a: 1.5, b: Int32Array.of(3, 4) },
      ],
      0,
    );
    expect(Object.entries(batch).map(([name, { dtype, shape }]) => [name, dtype, ...shape])).to.deep.equal([
      ['b', 'int32', 2, 2],
      ['a', 'float32', 2],
      ['m', 'float32', 2, 2, 2],
    ]);
    expect([...elements(batch.m!)]).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...elements(batch.a!)]).to.deep.equal([0.5, 1.5]);
    expect([...elements(batch.b!)]).to.deep.equal([1, 2, 3, 4]);
  });

  it('names the array, types, shapes and elements that differ', async () => {
    const bad: readonly [readonly unknown[], string][] = [
      [
        [{ x: Int32Array.of(1) }, { x: Int32Array.of(1) }, { x: Int32Array.of(1, 2) }],
        'Array "x" is int32[2] in element 42, but int32[1] in element 40',
      ],
      [[{ x: 1 }, { x: Int32Array.of(1) }], 'Array "x" is int32[1] in element 41, but float32[] in element 40'],
      [[{ x: 1, y: 2 }, { x: 1 }], 'Element 41 has no array "y", but element 40'],
      [[{ x: 1 }, { x: 1, y: 2 }], 'Element 40 has no array "y", but element 41'],
      [[{ x: 1 }, 7], 'Element 41 is a number'],
      [[[1, 2]], 'Element 40 is a value of type Array'],
      [[{ x: 'cat' }], 'Array "x" is a string'],
    ];
    for (const [examples, words] of bad) {
      const error = await failure(() => stack(examples, 40));
      expect(error.code, words).to.equal('DATA_INVALID');
      expect(error.message).to.contain(words);
    }
  });
});
