import {
  adam,
  batchNorm,
  dense,
  dropout,
  type OnnxContext,
  type OnnxModel,
  ops,
  sequential,
  type Value,
} from '@forge-ml/backend-onnx';
import { defineModel, flag } from '@forge-ml/core';
import { samples } from './samples.ts';

/**
 * A generative adversarial network (Goodfellow et al. 2014): a generator makes digits of random vectors, and a
 * discriminator tells them from drawn ones. Each step updates first one, then the other.
 */
export default defineModel({
  flags: {
    hidden: flag.integer(128, 'Units of the hidden layers.', { min: 1 }),
    learningRate: flag.float(2e-3, 'Adam step size of both.'),
  },
  load({ hidden, learningRate }): OnnxModel {
    const generator = sequential(
      dense(hidden, { activation: 'relu' }),
      batchNorm(),
      dense(2 * hidden, { activation: 'relu' }),
      batchNorm(),
      dense(28 * 28, { activation: 'sigmoid' }),
    );
    const discriminator = sequential(
      dense(2 * hidden, { activation: 'leakyRelu' }),
      dropout(0.3),
      dense(hidden, { activation: 'leakyRelu' }),
      dense(1),
    );
    const judge = (images: Value, context: OnnxContext) => discriminator(ops.reshape(images, [-1, 28 * 28]), context);
    /** Cross-entropy of sigmoid(logits) and a target that all examples share. */
    const is = (target: number, logits: Value) =>
      ops.reduceMean(ops.sub(ops.softplus(logits), ops.mul(logits, target)), undefined, { keepdims: false });
    const optimizer = () => adam(learningRate, { beta1: 0.5 });
    return {
      predict: ({ latents }, context) => ops.reshape(generator(latents, context), [-1, 28, 28, 1]),
      updates: {
        discriminator: {
          // 0.9 instead of 1 keeps it from being too sure (Salimans et al. 2016).
          loss: ({ images }, fakes, context) => ops.add(is(0.9, judge(images, context)), is(0, judge(fakes, context))),
          optimizer: optimizer(),
          parameters: 'discriminator/*',
        },
        generator: {
          loss: (_batch, fakes, context) => is(1, judge(fakes, context)),
          optimizer: optimizer(),
          parameters: 'generator/*',
        },
      },
      metrics: { samples },
      artefacts: { generator, discriminator },
    };
  },
});
