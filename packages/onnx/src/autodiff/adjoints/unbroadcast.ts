import { int } from '../../graph/ir/attributes.js';
import type { Value } from '../../graph/ir/graph.js';
import { indexRange } from '../../graph/ir/shapes.js';
import { indices } from '../../graph/ir/values.js';
import { call } from '../../graph/make-node.js';
import { equal, not } from '../../ops/logic.js';
import { reduceSum } from '../../ops/reduction.js';
import { concat, reshape, shapeOf, squeeze } from '../../ops/shape.js';

/**
 * The adjoint of broadcasting: sums a gradient over what was repeated to get from the shape of `to` to its own. Sizes
 * of one name are equal. Where a name meets another size, it may be 1 at run time: the axes to sum over are then
 * computed in the graph.
 */
export function unbroadcast(gradient: Value, to: Value): Value {
  const lead = gradient.shape.length - to.shape.length;
  const repeated: number[] = [];
  let unsure = false;
  for (const [axis, size] of to.shape.entries()) {
    const grown = gradient.shape[axis + lead];
    if (size === grown) continue;
    if (size === 1) repeated.push(axis + lead);
    else if (typeof size === 'string' && grown !== 1) unsure = true;
  }
  if (unsure) return sumAtRunTime(gradient, lead, to);
  const added = indexRange(0, lead);
  if (repeated.length === 0) return lead === 0 ? gradient : reduceSum(gradient, added, { keepdims: false });
  const summed = reduceSum(gradient, [...added, ...repeated], { keepdims: true });
  return lead === 0 ? summed : squeeze(summed, added);
}

function sumAtRunTime(gradient: Value, lead: number, to: Value): Value {
  const target = shapeOf(to);
  const aligned = lead === 0 ? target : concat([indices(indexRange(0, lead).map(() => 1)), target], 0);
  const differs = not(equal(aligned, shapeOf(gradient)));
  const axes = reshape(call('NonZero', [differs]), [-1]);
  return reshape(call('ReduceSum', [gradient, axes], { noop_with_empty_axes: int(1) }), target);
}
