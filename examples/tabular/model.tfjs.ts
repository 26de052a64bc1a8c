import { adam, type TfjsModel } from '@forge-ml/backend-tfjs';
import { defineModel, flag, type Loaded } from '@forge-ml/core';
import * as tf from '@tensorflow/tfjs';
import type data from './data.ts';

type Interval = Record<'low' | 'mid' | 'high', tf.Tensor>;

/**
 * Predicts quantiles of the price: the middle and an interval that holds the given share of the prices. The loss is the
 * pinball loss (Koenker and Bassett, Econometrica 46, 1978).
 */
export default defineModel({
  flags: {
    hidden: flag.integer(32, 'Hidden units.', { min: 1 }),
    share: flag.float(0.8, 'Share of the prices that the interval holds.', { min: 0.01, max: 0.99 }),
    learningRate: flag.float(1e-2, 'Adam step size.'),
  },
  load({ hidden, share, learningRate }, { preparation }: Loaded<typeof data>): TfjsModel<Interval> {
    const mlp = tf.sequential({
      layers: [
        tf.layers.dense({ inputShape: [preparation.size('x')], units: hidden, activation: 'relu' }),
        tf.layers.dense({ units: hidden, activation: 'relu' }),
        tf.layers.dense({ units: 3 }),
      ],
    });
    const pinball = (quantile: number, predicted: tf.Tensor, price: tf.Tensor) => {
      const error = tf.sub(price, predicted);
      return tf.maximum(tf.mul(quantile, error), tf.mul(quantile - 1, error)).mean();
    };
    const tail = (1 - share) / 2;
    return {
      predict({ x }, { training }) {
        const [below, mid, above] = tf.unstack(mlp.apply(x, { training }) as tf.Tensor2D, 1);
        // So that low <= mid <= high.
        return { low: tf.sub(mid!, tf.softplus(below!)), mid: mid!, high: tf.add(mid!, tf.softplus(above!)) };
      },
      loss: ({ price }, { low, mid, high }) =>
        tf.addN([pinball(tail, low, price), pinball(0.5, mid, price), pinball(1 - tail, high, price)]),
      stats: ({ price }, { low, high }) => ({
        inside: tf.logicalAnd(price.greaterEqual(low), price.lessEqual(high)).mean(),
      }),
      optimizer: adam(learningRate),
      artefacts: { mlp },
    };
  },
});
