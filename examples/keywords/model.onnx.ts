import { adam, dense, fromOnnx, ops, softmaxCrossEntropy, type Value } from '@forge-ml/backend-onnx';
import { accuracy, confusionMatrix, defineModel, flag, type Loaded } from '@forge-ml/core';
import type data from './data.ts';

/** A network that knows other words, with a new last layer for the keywords. */
export default defineModel({
  // Stores a copy of the file in each run.
  files: ['conv/model.onnx'],
  flags: {
    features: flag.string('/parts/parts.1/Flatten_output_0', 'Where to cut the file: what its last layer reads.'),
    learningRate: flag.float(1e-2, 'Adam step size.'),
  },
  load({ features, learningRate }, { preparation }: Loaded<typeof data>) {
    const names = preparation.classes('label');
    return fromOnnx(new URL('./conv/model.onnx', import.meta.url), {
      inputs: { input_values: ({ audio }) => normalized(ops.squeeze(audio!, [2])) },
      outputs: features,
      head: dense(names.length),
      trainable: [],
      loss: ({ label }, scores) => softmaxCrossEntropy(scores, label!),
      metrics: { accuracy: accuracy(), confusion: confusionMatrix({ names }) },
      optimizer: adam(learningRate),
    });
  },
});

/** Each recording [batch, samples] with mean 0 and variance 1, as wav2vec2 takes it. */
function normalized(audio: Value): Value {
  const centered = ops.sub(audio, ops.reduceMean(audio, [1]));
  return ops.div(centered, ops.add(ops.sqrt(ops.reduceMean(ops.mul(centered, centered), [1])), 1e-5));
}
