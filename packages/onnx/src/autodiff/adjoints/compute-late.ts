import type { Value } from '../../graph/ir/graph.js';
import { scalar } from '../../graph/ir/values.js';
import { add, cast } from '../../ops/elementwise.js';
import { less } from '../../ops/logic.js';
import { gather, reshape } from '../../ops/shape.js';

/**
 * `value` as it is, but not before the gradient is known. A runtime computes what depends on constants alone as early as
 * it likes: weights that are restored for the backward pass would all be in memory at once. The value itself is small
 * (a scale).
 */
export function computedAfter(gradient: Value, value: Value): Value {
  const first = cast(gather(reshape(gradient, [-1]), scalar(0, 'int64')), 'float32');
  // No number is less than itself, NaN included: this is 0, which no optimizer knows.
  return add(value, cast(less(first, first), value.dtype));
}
