import { sameDim } from '../ir/broadcast.js';
import { addDims, productOfDims, unknownDim } from '../ir/dims.js';
import type { Dim } from '../ir/types.js';
import { allNumbers } from '../propagate/known-values.js';
import { shapeRange } from '../propagate/views.js';
import type { Draft, InferenceRule } from './draft.js';
import { reshapedTo } from './reshape.js';

/** The axes of Squeeze and Unsqueeze: an input, before opset 13 an attribute. */
function givenAxes(node: Draft): readonly number[] | undefined {
  const given = node.optional(1);
  if (given === undefined) return node.ints('axes');
  node.oneOf(given, ['int64'], 'its list of axes');
  return (
    allNumbers(node.numbers(1)) ??
    node.unknownRank('its axes are not known, so neither is the rank of its output', node.input(0).dtype)
  );
}

/** More than any runtime supports. Limits how much memory a model file can request. */
const maxDimensions = 64;

/**
 * The number of elements of a 1-d tensor with a size, an axis … for each dimension.
 * @param dtype of the output, whose rank is not known where the length is not
 */
export function lengthOf(
  node: Draft,
  at: number,
  what: string,
  { dtype = node.input(0).dtype, most = maxDimensions } = {},
): number {
  const value = node.input(at);
  node.oneOf(value, ['int64', 'int32'], what);
  node.rank(value, 1, what);
  const length = value.shape[0]!;
  if (typeof length !== 'number') return node.unknownRank(`the length of ${what} is not known`, dtype);
  return length <= most ? length : node.fail(`the length of ${what} is ${length}, more than the ${most} allowed`);
}

export const shapeRules: Record<string, InferenceRule> = {
  Reshape(node) {
    const [x] = [node.input(0), node.input(1)];
    const rank = lengthOf(node, 1, 'its shape');
    const wanted = node.numbers(1);
    const shape = wanted === undefined ? Array.from({ length: rank }, unknownDim) : reshapedTo(node, x.shape, wanted);
    return [{ dtype: x.dtype, shape }];
  },

  Flatten(node) {
    const x = node.input(0);
    const rank = x.shape.length;
    const axis = node.int('axis', 1);
    const split = axis === rank ? rank : node.axis(axis, rank + (rank === 0 ? 1 : 0));
    return [{ dtype: x.dtype, shape: [productOfDims(x.shape.slice(0, split)), productOfDims(x.shape.slice(split))] }];
  },

  Transpose(node) {
    const x = node.input(0);
    const rank = x.shape.length;
    const order = node.ints('perm') ?? Array.from({ length: rank }, (_, at) => rank - 1 - at);
    const sorted = [...order].sort((a, b) => a - b);
    if (order.length !== rank || sorted.some((axis, at) => axis !== at)) {
      node.fail(`perm [${order.join(', ')}] is not a permutation of ${rank} axes`);
    }
    return [{ dtype: x.dtype, shape: order.map((axis) => x.shape[axis]!) }];
  },

  Squeeze(node) {
    const x = node.input(0);
    const axes = givenAxes(node);
    if (axes === undefined && x.shape.some((dim) => typeof dim === 'string')) {
      node.unknownRank('without axes, every dimension must be known', x.dtype);
    }
    const gone = new Set(
      axes === undefined ? [...x.shape.keys()].filter((axis) => x.shape[axis] === 1) : node.axes(axes, x.shape.length),
    );
    for (const axis of gone) {
      const size = x.shape[axis];
      if (typeof size === 'number' && size !== 1) node.fail(`axis ${axis} has the size ${size}, not 1`);
    }
    return [{ dtype: x.dtype, shape: x.shape.filter((_, axis) => !gone.has(axis)) }];
  },

  Unsqueeze(node) {
    const x = node.input(0);
    const axes = givenAxes(node) ?? node.fail('its axes are missing');
    const rank = x.shape.length + axes.length;
    const added = new Set(node.axes(axes, rank));
    const old = [...x.shape];
    return [{ dtype: x.dtype, shape: Array.from({ length: rank }, (_, at) => (added.has(at) ? 1 : old.shift()!)) }];
  },

  Concat(node) {
    const values = node.all();
    const [first] = values;
    const rank = first.shape.length;
    if (rank === 0) return node.fail('0-d tensors cannot be concatenated');
    const axis = node.axis(node.int('axis') ?? node.fail('its axis is missing'), rank);
    const shape: Dim[] = [...first.shape];
    for (const value of values.slice(1)) {
      node.rank(value, rank, 'each of its inputs');
      for (const [at, dim] of value.shape.entries()) {
        const joined = at === axis ? addDims(shape[at]!, dim) : sameDim(shape[at]!, dim);
        shape[at] = joined ?? node.fail(`along axis ${at} they have the sizes ${shape[at]} and ${dim}`);
      }
    }
    return [{ dtype: node.sameDtype(values), shape }];
  },

  Shape(node) {
    const rank = node.input(0).shape.length;
    const [start, end] = shapeRange(node.int('start', 0), node.int('end', rank), rank);
    return [{ dtype: 'int64', shape: [Math.max(end - start, 0)] }];
  },

  Size(node) {
    node.input(0);
    return [{ dtype: 'int64', shape: [] }];
  },
};
