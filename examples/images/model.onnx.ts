import { adam, channelsFirst, dense, fromOnnx, ops, softmaxCrossEntropy } from '@forge-ml/backend-onnx';
import { accuracy, defineModel, flag, type Loaded } from '@forge-ml/core';
import type data from './data.ts';

/** A MobileNetV2 with a new last layer for the classes of the folder; its other weights stay as they are. */
export default defineModel({
  // Stores a copy of the file in each run.
  files: ['mobilenet/model.onnx'],
  flags: {
    features: flag.string('/ReduceMean_output_0', 'Where to cut the file: what its last layer reads.'),
    trainable: flag.string('', "Trained parameters of the file, in addition to the new layer; '' for none."),
    learningRate: flag.float(1e-2, 'Adam step size.'),
  },
  load: ({ features, trainable, learningRate }, { preparation }: Loaded<typeof data>) =>
    fromOnnx(new URL('./mobilenet/model.onnx', import.meta.url), {
      // From -1 to 1, the channels first.
      inputs: { pixel_values: ({ image }, context) => channelsFirst()(ops.sub(ops.mul(image!, 2), 1), context) },
      outputs: features,
      head: dense(preparation.classes('label').length),
      trainable: trainable === '' ? [] : [trainable],
      loss: ({ label }, scores) => softmaxCrossEntropy(scores, label!),
      metrics: { accuracy: accuracy() },
      optimizer: adam(learningRate),
    }),
});
