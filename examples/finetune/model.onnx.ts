import {
  adam,
  channelsFirst,
  dense,
  dropout as drop,
  fromOnnx,
  sequential,
  softmaxCrossEntropy,
} from '@forge-ml/backend-onnx';
import { accuracy, confusionMatrix, defineModel, flag, type LoadedData } from '@forge-ml/core';

/**
 * `model.onnx`, which PyTorch trained on the digits 0 to 4, with a new last layer for other classes. Takes images
 * [batch, 28, 28, 1] and labels [batch].
 */
export default defineModel({
  // Stores a copy of the file in each run.
  files: ['./model.onnx'],
  flags: {
    trainable: flag.string('hidden.*', "Trained parameters of the file, in addition to the new layer; '' for none."),
    dropout: flag.float(0.3, 'Share of dropped features.', { min: 0, max: 0.9 }),
    learningRate: flag.float(2e-3, 'Adam step size.'),
  },
  load({ trainable, dropout, learningRate }, { classes }: LoadedData & { classes: number }) {
    return fromOnnx(new URL('./model.onnx', import.meta.url), {
      inputs: { pixels: ({ images }, context) => channelsFirst()(images, context) },
      outputs: 'features',
      head: sequential(drop(dropout), dense(classes)),
      trainable: trainable === '' ? [] : [trainable],
      loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels),
      metrics: {
        accuracy: accuracy({ label: 'labels' }),
        confusion: confusionMatrix({ label: 'labels', names: ['5', '6', '7', '8', '9'] }),
      },
      optimizer: adam(learningRate),
    });
  },
});
