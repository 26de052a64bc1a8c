import {
  accuracy,
  adam,
  dense,
  embedding,
  type OnnxModel,
  ops,
  sequential,
  softmaxCrossEntropy,
} from '@forge-ml/backend-onnx';
import { defineModel, flag, type Loaded } from '@forge-ml/core';
import type data from './data.ts';

/** The mean of the words' vectors, then a hidden layer: Iyyer et al., Deep Unordered Composition, ACL 2015. */
export default defineModel({
  flags: {
    size: flag.integer(16, 'Size of a word vector.', { min: 1 }),
    learningRate: flag.float(1e-2, 'Adam step size.'),
  },
  load({ size, learningRate }, { preparation }: Loaded<typeof data>): OnnxModel {
    const words = embedding(preparation.size('text'), size);
    const head = sequential(dense(size, { activation: 'relu' }), dense(preparation.classes('topic').length));
    return {
      predict({ text }, context) {
        // 1 for each word, 0 for the padding: [batch, 16, 1].
        const isWord = ops.unsqueeze(ops.clip(ops.cast(text, 'float32'), 0, 1), [2]);
        const sum = ops.reduceSum(ops.mul(words(text, context), isWord), [1], { keepdims: false });
        return head(ops.div(sum, ops.clip(ops.reduceSum(isWord, [1], { keepdims: false }), 1)), context);
      },
      loss: ({ topic }, logits) => softmaxCrossEntropy(logits, topic),
      stats: ({ topic }, logits) => ({ accuracy: accuracy(logits, topic) }),
      optimizer: adam(learningRate),
      artefacts: { words, head },
    };
  },
});
