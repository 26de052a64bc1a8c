import type { Value } from '../graph/ir/graph.js';
import { isStatic } from '../graph/ir/shapes.js';
import { indices, scalar } from '../graph/ir/values.js';
import { shapeOf, squeeze } from '../ops/shape.js';

/** A value's sizes, int64 [rank]: a constant where they are known. */
export function sizesOf(x: Value): Value {
  return isStatic(x.shape) ? indices(x.shape) : shapeOf(x);
}

/** The size of one dimension, int64 [1]. */
export function sizeAlong(x: Value, axis: number): Value {
  const size = x.shape[axis]!;
  return typeof size === 'number' ? indices([size]) : shapeOf(x, axis, axis + 1);
}

/** The size of one dimension, a 0-d int64. */
export function sizeNumber(x: Value, axis: number): Value {
  const size = x.shape[axis]!;
  return typeof size === 'number' ? scalar(size, 'int64') : squeeze(shapeOf(x, axis, axis + 1), [0]);
}
