import { sameDim } from '../ir/broadcast.js';
import type { Shape, TensorType } from '../ir/types.js';
import type { Draft, InferenceRule } from './draft.js';
import { floats, indexTypes } from './dtypes.js';

/** Scores [batch, classes, …places], labels [batch, …places], perhaps a weight for each class. */
function classLoss(node: Draft): TensorType {
  const [scores, labels, weights] = [node.input(0), node.input(1), node.optional(2)];
  node.oneOf(scores, floats);
  node.oneOf(labels, indexTypes, 'its labels');
  const { shape } = scores;
  if (shape.length < 2) node.fail('it needs scores [batch, classes, …]');
  const places: Shape = [shape[0]!, ...shape.slice(2)];
  node.rank(labels, places.length, 'its labels');
  for (const [axis, dim] of places.entries()) {
    if (sameDim(dim, labels.shape[axis]!) === undefined) node.fail(`${dim} scores meet ${labels.shape[axis]} labels`);
  }
  if (weights !== undefined) {
    node.rank(weights, 1, 'its list of weights');
    if (sameDim(weights.shape[0]!, shape[1]!) === undefined)
      node.fail(`${weights.shape[0]} weights meet ${shape[1]} classes`);
  }
  const reduction = node.text('reduction', 'mean');
  if (!['none', 'mean', 'sum'].includes(reduction)) node.fail(`there is no reduction ${reduction}`);
  return { dtype: node.sameDtype([scores, weights]), shape: reduction === 'none' ? places : [] };
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
