import { adam, dense, type OnnxModel, ops, sequential, type Value } from '@forge-ml/backend-onnx';
import { defineModel, flag, type Loaded } from '@forge-ml/core';
import type data from './data.ts';

type Interval = Record<'low' | 'mid' | 'high', Value>;

const mean = (x: Value) => ops.reduceMean(x, undefined, { keepdims: false });

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
  load({ hidden, share, learningRate }, _data: Loaded<typeof data>): OnnxModel<Interval> {
    const relu = { activation: 'relu' } as const;
    const mlp = sequential(dense(hidden, relu), dense(hidden, relu), dense(3));
    const pinball = (quantile: number, predicted: Value, price: Value) => {
      const error = ops.sub(price, predicted);
      return mean(ops.max([ops.mul(quantile, error), ops.mul(quantile - 1, error)]));
    };
    const tail = (1 - share) / 2;
    return {
      predict({ x }, context) {
        const [below, mid, above] = ops.split(mlp(x, context), 3, 1).map((part) => ops.squeeze(part, [1]));
        // So that low <= mid <= high.
        return { low: ops.sub(mid!, ops.softplus(below!)), mid: mid!, high: ops.add(mid!, ops.softplus(above!)) };
      },
      loss: ({ price }, { low, mid, high }) =>
        ops.add(ops.add(pinball(tail, low, price), pinball(0.5, mid, price)), pinball(1 - tail, high, price)),
      stats: ({ price }, { low, high }) => ({
        inside: mean(ops.cast(ops.and(ops.greaterOrEqual(price, low), ops.lessOrEqual(price, high)), 'float32')),
      }),
      optimizer: adam(learningRate),
      artefacts: { mlp },
    };
  },
});
