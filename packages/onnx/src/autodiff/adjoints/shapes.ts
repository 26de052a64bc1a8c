import type { Value } from '../../graph/ir/graph.js';
import { indexRange, isStatic, sameShape } from '../../graph/ir/shapes.js';
import type { Shape } from '../../graph/ir/types.js';
import { indices, scalar } from '../../graph/ir/values.js';
import { cast } from '../../ops/elementwise.js';
import { reduceProd } from '../../ops/reduction.js';
import {
  concat,
  constantOfShape,
  expand,
  gather,
  reshape,
  scatterElements,
  shapeOf,
  unsqueeze,
} from '../../ops/shape.js';

/** A value's sizes as int64 [rank]: a constant where they are known. */
export function sizesOf(x: Value): Value {
  return isStatic(x.shape) ? indices(x.shape) : shapeOf(x);
}

/** The size of one dimension, int64 [1]. */
export function sizeAlong(x: Value, axis: number): Value {
  const size = x.shape[axis]!;
  return typeof size === 'number' ? indices([size]) : shapeOf(x, axis, axis + 1);
}

/** `x` with the shape of `like`, which has as many elements. */
export function reshapeLike(x: Value, like: Value): Value {
  return sameShape(x.shape, like.shape) ? x : reshape(x, sizesOf(like));
}

/** `x` repeated to the shape of `like`. */
export function expandLike(x: Value, like: Value): Value {
  return sameShape(x.shape, like.shape) ? x : expand(x, sizesOf(like));
}

export function zerosLike(x: Value): Value {
  return constantOfShape(sizesOf(x), 0, x.dtype);
}

/** A 0-d constant of the dtype of `like`. */
export function scalarLike(value: number, like: Value): Value {
  return scalar(value, like.dtype);
}

/** How many elements there are along some axes: a number where it is known, else a 0-d value of x's dtype. */
export function countAlong(x: Value, axes: readonly number[]): number | Value {
  const sizes: Shape = axes.map((axis) => x.shape[axis]!);
  if (isStatic(sizes)) return sizes.reduce((product, size) => product * size, 1);
  return cast(reduceProd(gather(shapeOf(x), indices(axes)), undefined, { keepdims: false }), x.dtype);
}

/** `value` reshaped to `front` and then the spatial dimensions of `x`, which is [batch, channels, …]. */
export function withSpatialOf(x: Value, value: Value, front: readonly number[]): Value {
  const spatial = x.shape.slice(2);
  if (isStatic(spatial)) return reshape(value, [...front, ...spatial]);
  return reshape(value, concat([indices(front), shapeOf(x, 2)], 0));
}

/**
 * The adjoint of gathering from `x` at the indices `at`, [n], along an axis: scatters the gradient and adds it up.
 * @param gradient of the shape of `x`, except for n elements along the axis.
 */
export function addAlong(gradient: Value, at: Value, axis: number, x: Value): Value {
  const sizes = indexRange(0, x.shape.length).map((each) => sizeAlong(each === axis ? x : gradient, each));
  const zeros = constantOfShape(concat(sizes, 0), 0, gradient.dtype);
  const others = indexRange(0, x.shape.length).filter((each) => each !== axis);
  const positions = expandLike(others.length === 0 ? at : unsqueeze(at, others), gradient);
  return scatterElements(zeros, positions, gradient, { axis, reduction: 'add' });
}
