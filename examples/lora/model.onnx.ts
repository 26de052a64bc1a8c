import { adamw, dense, fromOnnx, meanPool, softmaxCrossEntropy, type Value } from '@forge-ml/backend-onnx';
import { accuracy, defineModel, flag, type Loaded } from '@forge-ml/core';
import type data from './data.ts';

/** A BERT whose queries and values get adapters, and the mean of its tokens a layer of scores for the topics. */
export default defineModel({
  // Stores a copy of the file in each run, once.
  files: ['bert/model.onnx'],
  flags: {
    rank: flag.integer(8, 'Rank of the adapters.', { min: 1 }),
    learningRate: flag.float(1e-2, 'AdamW step size.'),
  },
  load({ rank, learningRate }, { preparation }: Loaded<typeof data>) {
    const classify = dense(preparation.classes('topic').length);
    return fromOnnx(new URL('./bert/model.onnx', import.meta.url), {
      // The mask is an input of the file: the mean leaves padding out.
      outputs: ['last_hidden_state', 'attention_mask'],
      lora: { rank, targets: ['*query*', '*value*'], dropout: 0.05 },
      head({ last_hidden_state: tokens, attention_mask: mask }: Record<string, Value>, context) {
        return classify(meanPool(tokens!, mask!), context);
      },
      loss: ({ topic }, scores) => softmaxCrossEntropy(scores, topic),
      metrics: { accuracy: accuracy() },
      optimizer: adamw(learningRate),
      artefacts: { classify },
    });
  },
});
