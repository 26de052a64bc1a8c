import { adamw, fromOnnx, ops, softmaxCrossEntropy, type Value } from '@forge-ml/backend-onnx';
import { defineModel, flag, perplexity } from '@forge-ml/core';

const answers = { ignoreLabel: -100 } as const;

/** A Llama with adapters on all of its linear layers. The cache of the file is empty in training, and kept in exports. */
export default defineModel({
  // Stores a copy of the file in each run, once.
  files: ['llama/model.onnx'],
  flags: {
    rank: flag.integer(8, 'Rank of the adapters.', { min: 1 }),
    learningRate: flag.float(5e-3, 'AdamW step size.'),
  },
  load: ({ rank, learningRate }) =>
    fromOnnx(new URL('./llama/model.onnx', import.meta.url), {
      // Places count on through a packed sequence, as attention does.
      inputs: { position_ids: ({ attention_mask: mask }) => ops.sub(ops.cumSum(mask!, 1), 1) },
      outputs: 'logits',
      lora: { rank },
      loss: ({ labels }, logits: Value) => softmaxCrossEntropy(logits, labels!, answers),
      metrics: { perplexity: perplexity(answers) },
      optimizer: adamw(learningRate, { clipNorm: 1 }),
    }),
});
