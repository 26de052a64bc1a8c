import { sgd, type TfjsModel } from '@forge-ml/backend-tfjs';
import { defineModel } from '@forge-ml/core';
import * as tf from '@tensorflow/tfjs';

/** A state of a gigabyte of which little is trained: saves cost the same, and steps are fast. */
export default defineModel({
  flags: {},
  load(): TfjsModel<undefined> {
    for (let part = 0; part < 4; part++) tf.variable(tf.fill([62_500_000], 0.5), false, `still_${part}`);
    const w = tf.variable(tf.ones([1]), true, 'w');
    return { loss: ({ x }) => tf.mean(tf.square(tf.sub(tf.mean(x), w))), optimizer: sgd(0.1) };
  },
});
