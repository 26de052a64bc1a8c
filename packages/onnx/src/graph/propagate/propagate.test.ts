import { expect } from 'chai';
import { add, cast, ceil, div, mod, mul, sub } from '../../ops/elementwise.js';
import { equal, less, where } from '../../ops/logic.js';
import { reduceProd } from '../../ops/reduction.js';
import {
  concat,
  constantOfShape,
  gather,
  range,
  reshape,
  shapeOf,
  sizeOf,
  slice,
  split,
  transpose,
} from '../../ops/shape.js';
import { tensorOf } from '../../tensor/numbers.js';
import type { Value } from '../ir/graph.js';
import { constant, indices, input, scalar } from '../ir/values.js';
import { propagatedDims } from './known-values.js';

const x = input('x', 'float32', ['batch', 'seq', 12]);
const shape = shapeOf(x);
const table = reshape(range(0, 6), [3, 2]);
const size = (axis: number) => gather(shape, scalar(axis, 'int64'));

const known: readonly [what: string, value: Value, numbers: readonly (number | string)[] | undefined][] = [
  ['a shape', shape, ['batch', 'seq', 12]],
  ['some of a shape', shapeOf(x, -2), ['seq', 12]],
  ['a size', sizeOf(x), ['12*batch*seq']],
  ['an element', size(1), ['seq']],
  ['an element from the back', gather(shape, indices([-1])), [12]],
  ['a product', mul(size(0), size(1)), ['batch*seq']],
  ['a quotient', div(size(2), 5), [2]],
  ['a quotient below zero', div(scalar(-7, 'int64'), 2), [-3]],
  ['half of a name', div(add(size(1), 1), 2), ['floor((seq + 1)/2)']],
  ['a difference', sub(size(1), 1), ['seq - 1']],
  ['a remainder', mod(size(2), 5), [2]],
  ['a division by zero', div(size(2), 0), undefined],
  ['a slice', slice(shape, [-1], [-10], [0], [-1]), [12, 'seq', 'batch']],
  ['a slice with a bound', slice(shape, [1], [3]), ['seq', 12]],
  ['a slice by twos', slice(range(0, 7), [5], [-9], [0], [-2]), [5, 3, 1]],
  ['a slice of rows', slice(table, [-1], [-9], [0], [-1]), [4, 5, 2, 3, 0, 1]],
  ['a slice of a block', slice(table, [1, 1], [9, 9]), [3, 5]],
  ['an empty slice', slice(table, [3], [9]), []],
  ['transposed', transpose(table), [0, 2, 4, 1, 3, 5]],
  ['transposed by an order', transpose(reshape(table, [1, 3, 2]), [2, 0, 1]), [0, 2, 4, 1, 3, 5]],
  ['a piece', split(shape, [1, 2])[1]!, ['seq', 12]],
  ['joined', concat([slice(shape, [0], [1]), indices([-1])], 0), ['batch', -1]],
  ['a comparison', equal(shape, indices([-1, -1, 12])), [0, 0, 1]],
  ['an undecidable comparison', less(size(0), 3), undefined],
  ['a choice', where(equal(shape, indices([-1, -1, 12])), 1, shape), ['batch', 'seq', 1]],
  ['a fill', constantOfShape([2], 7, 'int64'), [7, 7]],
  ['a range', range(1, 7, 2), [1, 3, 5]],
  ['a reshaped list', reshape(shape, [3, 1]), ['batch', 'seq', 12]],
  ['a product of all', reduceProd(shape, [0]), ['12*batch*seq']],
  ['by way of floating point', cast(ceil(mul(cast(size(2), 'float32'), 0.3)), 'int64'), [4]],
  ['a fraction of a name', mul(cast(size(1), 'float32'), 0.5), undefined],
  ['beyond what a number holds', mul(constant(tensorOf([2n ** 60n], 'int64', [1])), 4), undefined],
  ['beyond the dtype', add(scalar(2 ** 31 - 1, 'int32'), 1), undefined],
  ['of an input', input('n', 'int64', [1]), undefined],
];

describe('propagated elements', () => {
  for (const [what, value, numbers] of known) {
    it(what, () => {
      expect(propagatedDims(value)).to.eql(numbers);
    });
  }
});
