import { known } from '../errors/options.js';
import { given, int } from '../graph/ir/attributes.js';
import type { Value } from '../graph/ir/graph.js';
import { indices, scalar } from '../graph/ir/values.js';
import { call, makeNode } from '../graph/make-node.js';

export interface ReduceOptions {
  /** Whether reduced dimensions are kept, with size 1; true by default, as in ONNX. */
  readonly keepdims?: boolean;
}

/** Reduces over `axes`; over all of them by default. */
type Reduction = (x: Value, axes?: readonly number[], options?: ReduceOptions) => Value;

function reduction(op: string): Reduction {
  return (x, axes, options = {}) => {
    const { keepdims = true } = known(`ops.${op[0]!.toLowerCase()}${op.slice(1)}`, options, ['keepdims']);
    const attributes = given({
      keepdims: int(keepdims),
      noop_with_empty_axes: axes?.length === 0 ? int(1) : undefined,
    });
    return call(op, [x, axes === undefined ? null : indices(axes)], attributes);
  };
}

export const reduceSum = reduction('ReduceSum');
export const reduceMean = reduction('ReduceMean');
export const reduceMax = reduction('ReduceMax');
export const reduceMin = reduction('ReduceMin');
export const reduceProd = reduction('ReduceProd');
/** The sum of magnitudes. */
export const reduceL1 = reduction('ReduceL1');
/** The square root of the sum of squares. */
export const reduceL2 = reduction('ReduceL2');
export const reduceLogSum = reduction('ReduceLogSum');
export const reduceLogSumExp = reduction('ReduceLogSumExp');
export const reduceSumSquare = reduction('ReduceSumSquare');

/** The index of the maximum, int64; the first of several. */
export function argMax(x: Value, axis = 0, options: ReduceOptions = {}): Value {
  const { keepdims = true } = known('ops.argMax', options, ['keepdims']);
  return call('ArgMax', [x], { axis: int(axis), keepdims: int(keepdims) });
}

/** The index of the minimum, int64; the first of several. */
export function argMin(x: Value, axis = 0, options: ReduceOptions = {}): Value {
  const { keepdims = true } = known('ops.argMin', options, ['keepdims']);
  return call('ArgMin', [x], { axis: int(axis), keepdims: int(keepdims) });
}

/** The `count` largest along an axis, sorted, and their indices (int64). */
export function topK(
  x: Value,
  count: number,
  axis = -1,
  options: { largest?: boolean } = {},
): readonly [values: Value, at: Value] {
  const { largest = true } = known('ops.topK', options, ['largest']);
  const [values, at] = makeNode({
    op: 'TopK',
    inputs: [x, indices([count])],
    attributes: { axis: int(axis), largest: int(largest) },
  });
  return [values!, at!];
}

/** Cumulative sums along an axis. */
export function cumSum(x: Value, axis: number, options: { exclusive?: boolean; reverse?: boolean } = {}): Value {
  const { exclusive = false, reverse = false } = known('ops.cumSum', options, ['exclusive', 'reverse']);
  return call('CumSum', [x, scalar(axis, 'int64')], { exclusive: int(exclusive), reverse: int(reverse) });
}

/** Divided by the L1 or L2 norm along an axis. */
export function lpNormalization(x: Value, options: { axis?: number; p?: 1 | 2 } = {}): Value {
  const { axis = -1, p = 2 } = known('ops.lpNormalization', options, ['axis', 'p']);
  return call('LpNormalization', [x], { axis: int(axis), p: int(p) });
}
