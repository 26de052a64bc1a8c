import { int } from '../graph/attributes.js';
import { indices } from '../graph/constants.js';
import type { Value } from '../graph/graph.js';
import { call } from '../graph/make-node.js';
import type { Shape } from '../graph/types.js';
import { equal, not } from '../ops/logic.js';
import { reduceSum } from '../ops/reduction.js';
import { concat, reshape, shapeOf, squeeze } from '../ops/shape.js';
import type { Gradient, GradientRule } from './rule.js';

/**
 * The adjoint of broadcasting: sums a gradient of shape `from` over what was repeated to get there from the shape of
 * `to`. Sizes of one name are equal. Where a name meets something else, it may be 1 at run time: what to sum over is
 * then found there.
 */
export function unbroadcast(gradient: Value, from: Shape, to: Value): Value {
  const lead = from.length - to.shape.length;
  const repeated: number[] = [];
  let unsure = false;
  for (const [axis, size] of to.shape.entries()) {
    const grown = from[axis + lead];
    if (size === grown) continue;
    if (size === 1) repeated.push(axis + lead);
    else if (typeof size === 'string' && grown !== 1) unsure = true;
  }
  if (unsure) return sumAtRunTime(gradient, lead, to);
  const added = Array.from({ length: lead }, (_, axis) => axis);
  if (repeated.length === 0) return lead === 0 ? gradient : reduceSum(gradient, added, { keepdims: false });
  const summed = reduceSum(gradient, [...added, ...repeated], { keepdims: true });
  return lead === 0 ? summed : squeeze(summed, added);
}

function sumAtRunTime(gradient: Value, lead: number, to: Value): Value {
  const target = shapeOf(to);
  const aligned = lead === 0 ? target : concat([indices(Array.from({ length: lead }, () => 1)), target], 0);
  const differs = not(equal(aligned, shapeOf(gradient)));
  const axes = reshape(call('NonZero', [differs]), [-1]);
  return reshape(call('ReduceSum', [gradient, axes], { noop_with_empty_axes: int(1) }), target);
}

/** A rule for an operator whose inputs broadcast to its output: its gradients may have the output's shape. */
export function broadcasting(rule: GradientRule): GradientRule {
  return (node, outputGradients, context) =>
    rule(node, outputGradients, context).map((gradient, index): Gradient => {
      const input = node.inputs[index];
      return gradient && input ? unbroadcast(gradient, node.outputs[0]!.shape, input) : null;
    });
}
