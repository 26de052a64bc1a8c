import { adam, type TfjsModel } from '@forge-ml/backend-tfjs';
import { defineModel, flag, type Loaded } from '@forge-ml/core';
import * as tf from '@tensorflow/tfjs';
import type data from './data.ts';

/** The mean of the words' vectors, then a hidden layer: Iyyer et al., Deep Unordered Composition, ACL 2015. */
export default defineModel({
  flags: {
    size: flag.integer(16, 'Size of a word vector.', { min: 1 }),
    learningRate: flag.float(1e-2, 'Adam step size.'),
  },
  load({ size, learningRate }, { preparation }: Loaded<typeof data>): TfjsModel {
    const classes = preparation.classes('topic').length;
    const words = tf.layers.embedding({ inputDim: preparation.size('text'), outputDim: size });
    const head = tf.sequential({
      layers: [
        tf.layers.dense({ inputShape: [size], units: size, activation: 'relu' }),
        tf.layers.dense({ units: classes }),
      ],
    });
    return {
      predict({ text }, { training }) {
        const isWord = tf.notEqual(text, 0).toFloat().expandDims(2);
        const sum = tf.sum(tf.mul(words.apply(text) as tf.Tensor, isWord), 1);
        return head.apply(tf.div(sum, tf.maximum(tf.sum(isWord, 1), 1)), { training });
      },
      loss: ({ topic }, logits) => tf.losses.softmaxCrossEntropy(tf.oneHot(topic, classes), logits),
      stats: ({ topic }, logits) => ({ accuracy: tf.argMax(logits, 1).equal(topic).mean() }),
      optimizer: adam(learningRate),
      artefacts: { words, head },
    };
  },
});
