import { known } from '../errors/options.js';
import { given, int, maybe, text } from '../graph/ir/attributes.js';
import type { Value } from '../graph/ir/graph.js';
import { call } from '../graph/make-node.js';

export interface ClassLossOptions {
  /** `mean` by default; with weights the weighted mean. */
  readonly reduction?: 'none' | 'mean' | 'sum' | undefined;
  /** Positions with this label are ignored. */
  readonly ignoreIndex?: number | undefined;
}

/** -log softmax(scores)[label]: scores [batch, classes, …], labels [batch, …], weights [classes]. */
export function softmaxCrossEntropyLoss(
  scores: Value,
  labels: Value,
  weights?: Value | null,
  options: ClassLossOptions = {},
): Value {
  known('ops.softmaxCrossEntropyLoss', options, ['reduction', 'ignoreIndex']);
  return call('SoftmaxCrossEntropyLoss', [scores, labels, weights ?? null], lossAttributes(options));
}

/** -logProbabilities[label]: log-probabilities [batch, classes, …], labels [batch, …], weights [classes]. */
export function negativeLogLikelihoodLoss(
  logProbabilities: Value,
  labels: Value,
  weights?: Value | null,
  options: ClassLossOptions = {},
): Value {
  known('ops.negativeLogLikelihoodLoss', options, ['reduction', 'ignoreIndex']);
  return call('NegativeLogLikelihoodLoss', [logProbabilities, labels, weights ?? null], lossAttributes(options));
}

function lossAttributes({ reduction, ignoreIndex }: ClassLossOptions) {
  return given({ reduction: maybe(text, reduction), ignore_index: maybe(int, ignoreIndex) });
}
