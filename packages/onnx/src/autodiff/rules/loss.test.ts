import { text } from '../../graph/ir/attributes.js';
import type { Value } from '../../graph/ir/graph.js';
import { constant } from '../../graph/ir/values.js';
import { makeNode } from '../../graph/make-node.js';
import { logSoftmax } from '../../ops/activations.js';
import { negativeLogLikelihoodLoss, softmaxCrossEntropyLoss } from '../../ops/loss.js';
import { RandomStream } from '../../random.test.support.js';
import { tensorOf } from '../../tensor/numbers.js';
import { checkGradients, randomTensor } from '../finite-differences.test.support.js';

const random = RandomStream.of(23, 'loss');
const classes = 4;
const labelsOf = (shape: readonly number[], dtype: 'int32' | 'int64', ignored?: number) => {
  const count = shape.reduce((product, size) => product * size, 1);
  const draw = (at: number) => (ignored !== undefined && at % 3 === 1 ? ignored : random.below(classes));
  return tensorOf(
    Array.from({ length: count }, (_, at) => draw(at)),
    dtype,
    shape,
  );
};

describe('gradients of losses', () => {
  for (const reduction of ['mean', 'sum', 'none'] as const) {
    for (const ignoreIndex of [undefined, -100, 2]) {
      it(`cross-entropy, ${reduction}${ignoreIndex === undefined ? '' : `, without label ${ignoreIndex}`}`, async () => {
        for (const dtype of ['int32', 'int64'] as const) {
          for (const further of dtype === 'int32' ? [[2]] : [[], [2, 2]]) {
            const data = [
              randomTensor(random, [4, classes, ...further]),
              labelsOf([4, ...further], dtype, ignoreIndex),
            ];
            const options = { reduction, ignoreIndex };
            const weights = constant(randomTensor(random, [classes], 'positive'));
            const names = {
              shapes: [
                ['batch', classes, ...further.map((_, at) => `d${at}`)],
                ['batch', ...further.map((_, at) => `d${at}`)],
              ],
            };
            for (const weight of [undefined, weights]) {
              const likelihood = (scores: Value, labels: Value) =>
                negativeLogLikelihoodLoss(logSoftmax(scores, 1), labels, weight, options);
              const entropy = (scores: Value, labels: Value) =>
                softmaxCrossEntropyLoss(scores, labels, weight, options);
              await checkGradients(entropy, data);
              await checkGradients(entropy, data, names);
              await checkGradients(likelihood, data);
            }
          }
        }
      });
    }
  }

  it('cross-entropy whose log probabilities are used too', async () => {
    const build = (scores: Value, labels: Value) =>
      makeNode({
        op: 'SoftmaxCrossEntropyLoss',
        inputs: [scores, labels],
        attributes: { reduction: text('sum') },
        outputs: 2,
      });
    await checkGradients(build, [randomTensor(random, [3, classes]), labelsOf([3], 'int64')]);
    await checkGradients(
      (...inputs) => build(inputs[0]!, inputs[1]!)[1]!,
      [randomTensor(random, [3, classes]), labelsOf([3], 'int64')],
    );
  });
});
