import { adamw, fromOnnx, meanPool, multipleNegativesRanking, type Value } from '@forge-ml/backend-onnx';
import { defineModel, flag, recallAtK } from '@forge-ml/core';

/** A BERT whose mean over the tokens is nearer for sentences that mean the same than for others. */
export default defineModel({
  // Stores a copy of the file in each run, once.
  files: ['bert/model.onnx'],
  flags: { learningRate: flag.float(3e-3, 'AdamW step size.') },
  load: ({ learningRate }) =>
    fromOnnx(new URL('./bert/model.onnx', import.meta.url), {
      // Both sentences of a pair go through the same weights.
      calls: {
        anchors: { input_ids: 'anchor_ids', attention_mask: 'anchor_mask' },
        positives: { input_ids: 'positive_ids', attention_mask: 'positive_mask' },
      },
      outputs: ['last_hidden_state', 'attention_mask'],
      head: (values: Record<string, Value>) => meanPool(values.last_hidden_state!, values.attention_mask!),
      loss: (_batch, { anchors, positives }) => multipleNegativesRanking(anchors, positives),
      metrics: { recall: recallAtK({ k: 1, queries: 'anchors', candidates: 'positives' }) },
      optimizer: adamw(learningRate),
    }),
});
