import { sameDim } from '../ir/broadcast.js';
import type { Shape, TensorType } from '../ir/types.js';
import type { Draft, InferenceRule } from './draft.js';
import { floats, indexTypes } from './dtypes.js';

/** Scores [batch, classes, …positions], labels [batch, …positions], optionally a weight per class. */
function classLoss(node: Draft): TensorType {
  const [scores, labels, weights] = [node.input(0), node.input(1), node.optional(2)];
  node.oneOf(scores, floats);
  node.oneOf(labels, indexTypes, 'its labels');
  const { shape } = scores;
  if (shape.length < 2) node.fail('it needs scores [batch, classes, …]');
  const positions: Shape = [shape[0]!, ...shape.slice(2)];
  node.rank(labels, positions.length, 'its labels');
  for (const [axis, dim] of positions.entries()) {
    if (sameDim(dim, labels.shape[axis]!) === undefined)
      node.fail(`it has ${dim} scores, but ${labels.shape[axis]} labels`);
  }
  if (weights !== undefined) {
    node.rank(weights, 1, 'its list of weights');
    if (sameDim(weights.shape[0]!, shape[1]!) === undefined)
      node.fail(`it has ${weights.shape[0]} weights, but ${shape[1]} classes`);
  }
  const reduction = node.text('reduction', 'mean');
  if (!['none', 'mean', 'sum'].includes(reduction)) node.fail(`there is no reduction ${reduction}`);
  return { dtype: node.sameDtype([scores, weights]), shape: reduction === 'none' ? positions : [] };
}

export const lossRules: Record<string, InferenceRule> = {
  SoftmaxCrossEntropyLoss(node) {
    const { dtype, shape } = node.input(0);
    return [classLoss(node), { dtype, shape }];
  },

  NegativeLogLikelihoodLoss(node) {
    return [classLoss(node)];
  },
};
