import type { Value } from '../../graph/ir/graph.js';
import { propagatedNumbers } from '../../graph/propagate/known-values.js';
import { cast, div, mul, sub } from '../../ops/elementwise.js';
import { where } from '../../ops/logic.js';
import { notDifferentiable } from '../adjoints/no-gradient.js';
import type { GradientRule, GradientRules } from '../adjoints/rule.js';
import { scalarLike } from '../adjoints/shapes.js';

/** While training y = x·mask / (1 - ratio), else y = x. */
const dropout: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  const [, ratio, training] = node.inputs;
  const isTraining = training ? propagatedNumbers(training)?.[0] : 0;
  if (isTraining === 0) return [gradient];
  const mask = node.outputs[1];
  if (!mask) {
    const hint = 'Give the node its second output, the mask.';
    throw notDifferentiable(node, 'it may drop elements, but has no mask output', hint);
  }
  const rate: Value = ratio ? cast(ratio, gradient.dtype) : scalarLike(0.5, gradient);
  const kept = div(1, sub(1, rate));
  const factor = isTraining === undefined ? where(training as Value, kept, scalarLike(1, gradient)) : kept;
  return [mul(mul(gradient, cast(mask, gradient.dtype)), factor)];
};

export const dropoutRules: GradientRules = { Dropout: dropout };
