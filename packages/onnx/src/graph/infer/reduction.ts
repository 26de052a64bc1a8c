import { unknownDim } from '../ir/dims.js';
import type { Shape } from '../ir/types.js';
import { allNumbers } from '../propagate/known-values.js';
import type { Draft, InferenceRule } from './draft.js';
import { floats, indexTypes, numbers } from './dtypes.js';

const reduce: InferenceRule = (node) => {
  const x = node.input(0);
  node.oneOf(x, [...floats, 'int32', 'int64', 'uint32', 'uint64', ...narrowFor(node.op)]);
  return [{ dtype: x.dtype, shape: reducedShape(node, x.shape) }];
};

/** ReduceMax and ReduceMin also accept the narrow integers, and since opset 20 bool. */
function narrowFor(op: string) {
  return op === 'ReduceMax' || op === 'ReduceMin' ? (['int8', 'uint8', 'bool'] as const) : [];
}

function reducedShape(node: Draft, shape: Shape): Shape {
  const keep = node.int('keepdims', 1) !== 0;
  const given = node.optional(1);
  // The axes are an attribute in older opsets, and for some operators in all.
  const axes = given === undefined ? node.ints('axes') : allNumbers(node.numbers(1));
  if (given !== undefined) node.oneOf(given, indexTypes, 'its list of axes');
  if (given !== undefined && axes === undefined) {
    if (!keep)
      return node.unknownRank('its axes are not known, so neither is the rank of its output', node.input(0).dtype);
    return shape.map(() => unknownDim());
  }
  const none = axes === undefined || axes.length === 0;
  if (none && node.int('noop_with_empty_axes', 0) !== 0) return shape;
  const gone = new Set(none ? shape.keys() : node.axes(axes, shape.length));
  return keep ? shape.map((dim, axis) => (gone.has(axis) ? 1 : dim)) : shape.filter((_, axis) => !gone.has(axis));
}

const argOf: InferenceRule = (node) => {
  const x = node.input(0);
  node.oneOf(x, numbers);
  const axis = node.axis(node.int('axis', 0), x.shape.length);
  const keep = node.int('keepdims', 1) !== 0;
  const rest = keep ? x.shape.map((dim, at) => (at === axis ? 1 : dim)) : x.shape.filter((_, at) => at !== axis);
  return [{ dtype: 'int64', shape: rest }];
};

export const reductionRules: Record<string, InferenceRule> = {
  ReduceSum: reduce,
  ReduceMean: reduce,
  ReduceMax: reduce,
  ReduceMin: reduce,
  ReduceProd: reduce,
  ReduceL1: reduce,
  ReduceL2: reduce,
  ReduceLogSum: reduce,
  ReduceLogSumExp: reduce,
  ReduceSumSquare: reduce,
  ArgMax: argOf,
  ArgMin: argOf,

  TopK(node) {
    const [x, count] = [node.input(0), node.input(1)];
    node.oneOf(x, numbers);
    node.oneOf(count, ['int64'], 'its count');
    node.single(count, 'its count');
    const axis = node.axis(node.int('axis', -1), x.shape.length);
    const kept = node.numbers(1)?.[0] ?? unknownDim();
    const size = x.shape[axis]!;
    if (typeof kept === 'number' && typeof size === 'number' && kept > size)
      node.fail(`${kept} elements are more than its ${size}`);
    const shape = x.shape.map((dim, at) => (at === axis ? kept : dim));
    return [
      { dtype: x.dtype, shape },
      { dtype: 'int64', shape },
    ];
  },

  CumSum(node) {
    const [x, axis] = [node.input(0), node.input(1)];
    node.oneOf(x, numbers);
    node.oneOf(axis, indexTypes, 'its axis');
    node.single(axis, 'its axis');
    const known = allNumbers(node.numbers(1))?.[0];
    if (known !== undefined) node.axis(known, x.shape.length);
    return [x];
  },

  LpNormalization(node) {
    const x = node.input(0);
    node.oneOf(x, floats);
    node.axis(node.int('axis', -1), x.shape.length);
    return [x];
  },
};
