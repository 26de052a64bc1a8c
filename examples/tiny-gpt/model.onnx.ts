import {
  accuracy,
  adamw,
  block,
  cosineDecay,
  dense,
  dropout as drop,
  embedding,
  type Layer,
  layerNorm,
  makeLayer,
  multiHeadAttention,
  normal,
  type OnnxModel,
  ops,
  type Step,
  sequential,
  softmaxCrossEntropy,
  warmup,
} from '@forge-ml/backend-onnx';
import { defineModel, flag, type Loaded } from '@forge-ml/core';
import type data from './data.ts';

/** A residual connection (He et al. 2016). */
function residual(...steps: readonly Step[]): Step {
  const path = sequential(...steps);
  return (x, context) => ops.add(x, path(x, context));
}

/** Adds a learned vector to each position. */
function positions(places: number, size: number): Layer {
  return makeLayer('positions', {}, (x, context) =>
    ops.add(x, context.parameter('table', [places, size], normal(0.02))),
  );
}

/** A small GPT (Radford et al. 2019): it predicts each character of a text from those before it. */
export default defineModel({
  flags: {
    size: flag.integer(64, 'Size of the hidden state at each position.', { min: 1 }),
    blocks: flag.integer(2, 'Number of transformer blocks.', { min: 1 }),
    heads: flag.integer(4, 'Number of attention heads; must divide the size.', { min: 1 }),
    dropout: flag.float(0.1, 'Dropout rate.', { min: 0, max: 0.9 }),
    learningRate: flag.float(3e-3, 'AdamW step size after the warm-up.'),
    weightDecay: flag.float(0.1, 'Weight decay of the kernels.', { min: 0 }),
    warmupSteps: flag.integer(50, 'Updates of the warm-up.', { min: 1 }),
  },
  load(flags, { places, alphabet, train }: Loaded<typeof data>): OnnxModel {
    const { size, dropout } = flags;
    const layers = Array.from({ length: flags.blocks }, (_, index) =>
      block(
        `block_${index + 1}`,
        residual(layerNorm(), multiHeadAttention(flags.heads, { causal: true, dropout }), drop(dropout)),
        residual(layerNorm(), dense(4 * size, { activation: 'gelu' }), dense(size), drop(dropout)),
      ),
    );
    const gpt = sequential(
      embedding(alphabet.characters.length, size),
      positions(places, size),
      drop(dropout),
      ...layers,
      layerNorm(),
      dense(alphabet.characters.length, { kernelInitializer: normal(0.02) }),
    );

    const updates = flags.steps ?? (flags.epochs ?? 5) * train.length!;
    const falling = cosineDecay(flags.learningRate, {
      decaySteps: Math.max(updates - flags.warmupSteps, 1),
      end: flags.learningRate / 10,
    });
    return {
      predict: ({ tokens }, context) => gpt(tokens, context),
      loss: ({ targets }, logits) => softmaxCrossEntropy(logits, targets),
      stats: ({ targets }, logits) => ({ accuracy: accuracy(logits, targets) }),
      optimizer: adamw(warmup(falling, flags.warmupSteps), {
        weightDecay: flags.weightDecay,
        decays: (parameter) => parameter.endsWith('/kernel'),
        clipNorm: 1,
      }),
      artefacts: { gpt },
    };
  },
});
