import type { Node, Value } from '../../graph/ir/graph.js';
import { intAttribute, textAttribute } from '../../graph/ir/read-attributes.js';
import { indexRange } from '../../graph/ir/shapes.js';
import { softmax } from '../../ops/activations.js';
import { add, cast, div, exp, mul, neg, sub } from '../../ops/elementwise.js';
import { equal, not, where } from '../../ops/logic.js';
import { reduceSum } from '../../ops/reduction.js';
import { gather, range, reshape, squeeze, unsqueeze } from '../../ops/shape.js';
import { type GradientRule, type GradientRules, inputOf } from '../adjoints/rule.js';
import { countAlong, sizeAlong } from '../adjoints/shapes.js';

/** Scores [batch, classes, …] and labels [batch, …]. The class weights get no gradient. */
const crossEntropy: GradientRule = (node, [gradient, ofLogs]) => {
  const scores = inputOf(node, 0);
  const logs = node.outputs[1];
  const probabilities = logs ? exp(logs) : softmax(scores, 1);
  const ofLoss = gradient ? mul(sub(probabilities, oneHotLabels(node)), shares(node, gradient)) : null;
  if (!ofLogs) return [ofLoss];
  const throughLogs = sub(ofLogs, mul(probabilities, reduceSum(ofLogs, [1])));
  return [ofLoss ? add(ofLoss, throughLogs) : throughLogs];
};

/** As cross-entropy, of log probabilities. */
const negativeLogLikelihood: GradientRule = (node, [gradient]) => {
  if (!gradient) return [];
  return [neg(mul(oneHotLabels(node), shares(node, gradient)))];
};

/** [batch, classes, …]: 1 at the label, else 0. */
function oneHotLabels(node: Node): Value {
  const [scores, labels] = [inputOf(node, 0), inputOf(node, 1)];
  const classes = scores.shape[1]!;
  const count = typeof classes === 'number' ? classes : squeeze(sizeAlong(scores, 1), [0]);
  const all = cast(range(0, count), labels.dtype);
  const column =
    scores.shape.length === 2 ? all : reshape(all, [-1, ...indexRange(2, scores.shape.length).map(() => 1)]);
  return cast(equal(unsqueeze(labels, [1]), column), scores.dtype);
}

/**
 * The weight of each label's term in the loss, times the gradient: [batch, 1, …], or 0-d where it is the same for all.
 */
function shares(node: Node, gradient: Value): Value {
  const reduction = textAttribute(node, 'reduction', 'mean');
  const total = gradient.shape.length === 0 ? gradient : unsqueeze(gradient, [1]);
  const counts = countsOf(node);
  if (reduction !== 'mean') return counts ? mul(unsqueeze(counts, [1]), total) : total;
  if (counts) return mul(unsqueeze(counts, [1]), div(total, reduceSum(counts, undefined, { keepdims: false })));
  const labels = inputOf(node, 1);
  const number = countAlong(labels, indexRange(0, labels.shape.length));
  return typeof number === 'number' ? mul(total, 1 / number) : div(total, cast(number, total.dtype));
}

/** The weight of each label, [batch, …]: that of its class, 0 where it is ignored; undefined where all are 1. */
function countsOf(node: Node): Value | undefined {
  const [labels, weights] = [inputOf(node, 1), node.inputs[2]];
  const ignored = node.attributes.ignore_index ? intAttribute(node, 'ignore_index', 0) : undefined;
  if (ignored === undefined) return weights ? gather(weights, labels) : undefined;
  const counted = not(equal(labels, ignored));
  const dtype = inputOf(node, 0).dtype;
  // An ignored label need not be one of the classes.
  return weights ? where(counted, gather(weights, where(counted, labels, 0)), 0) : cast(counted, dtype);
}

export const lossRules: GradientRules = {
  SoftmaxCrossEntropyLoss: crossEntropy,
  NegativeLogLikelihoodLoss: negativeLogLikelihood,
};
