import type { Node, Value } from '../../graph/ir/graph.js';
import { floatAttribute, intAttribute } from '../../graph/ir/read-attributes.js';
import { indexRange } from '../../graph/ir/shapes.js';
import { add, div, mul, neg, sqrt, sub } from '../../ops/elementwise.js';
import { momentsOf } from '../../ops/moments.js';
import { reduceMean, reduceSum } from '../../ops/reduction.js';
import { reshape, unsqueeze } from '../../ops/shape.js';
import { notDifferentiable } from '../adjoints/no-gradient.js';
import { type Gradient, type GradientRule, type GradientRules, inputOf } from '../adjoints/rule.js';

const batchNorm: GradientRule = (node, [gradient, ...ofRunning]) => {
  if (ofRunning.some((one) => one)) {
    throw notDifferentiable(node, 'its running statistics are on the path from the loss', 'Insert stopGradient there.');
  }
  if (!gradient) return [];
  return intAttribute(node, 'training_mode', 0) === 0 ? byGivenStatistics(node, gradient) : byBatch(node, gradient);
};

/** With mean and variance of the batch. What depends on the channel alone is folded into one factor for each term. */
function byBatch(node: Node, gradient: Value): Gradient[] {
  const [x, scale, bias] = [inputOf(node, 0), inputOf(node, 1), inputOf(node, 2)];
  const axes = [0, ...indexRange(2, x.shape.length)];
  const { centered, inverse } = momentsOf(x, axes, floatAttribute(node, 'epsilon', 1e-5));
  const factor = mul(perChannel(scale, x), inverse);
  const projection = mul(gradient, centered);
  const slope = mul(reduceMean(projection, axes), mul(inverse, inverse));
  const shift = reduceMean(gradient, axes);
  const dx = sub(mul(sub(gradient, shift), factor), mul(centered, mul(slope, factor)));
  return [dx, ofChannel(mul(reduceSum(projection, axes), inverse), scale), sumOfChannel(gradient, axes, bias)];
}

/** With given mean and variance, which may need gradients too: y = (x - mean)·scale/√(var + ε) + bias. */
function byGivenStatistics(node: Node, gradient: Value): Gradient[] {
  const [x, scale, bias] = [inputOf(node, 0), inputOf(node, 1), inputOf(node, 2)];
  const [mean, variance] = [inputOf(node, 3), inputOf(node, 4)];
  const axes = [0, ...indexRange(2, x.shape.length)];
  const spread = add(variance, floatAttribute(node, 'epsilon', 1e-5));
  const deviation = sqrt(spread);
  const factor = div(scale, deviation);
  const total = sumOfChannel(gradient, axes, bias);
  const projection = sumOfChannel(mul(gradient, sub(x, perChannel(mean, x))), axes, scale);
  return [
    mul(gradient, perChannel(factor, x)),
    div(projection, deviation),
    total,
    neg(mul(total, factor)),
    mul(mul(projection, div(factor, spread)), -0.5),
  ];
}

/** [channels] as [channels, 1, …], to broadcast with [batch, channels, …]. */
function perChannel(value: Value, x: Value): Value {
  return x.shape.length === 2 ? value : unsqueeze(value, indexRange(1, x.shape.length - 1));
}

function ofChannel(value: Value, like: Value): Value {
  return value.shape.length === like.shape.length ? value : reshape(value, [-1]);
}

function sumOfChannel(value: Value, axes: readonly number[], like: Value): Value {
  return ofChannel(reduceSum(value, axes, { keepdims: false }), like);
}

export const batchNormRules: GradientRules = { BatchNormalization: batchNorm };
