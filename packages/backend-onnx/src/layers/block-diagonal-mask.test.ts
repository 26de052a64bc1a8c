import { elements, sgd, type TensorData, tensor } from '@forge-ml/core/plugin';
import { constant, tensorOf, type Value } from '@forge-ml/onnx/graph';
import { add } from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { startCpu } from '../session/models.test.support.js';
import { multiHeadAttention } from './attention.js';
import { blockDiagonalMask } from './block-diagonal-mask.js';
import { dense } from './dense.js';
import { embedding } from './embedding.js';
import type { LayerContext } from './layer.js';
import { layerNorm } from './norms.js';
import { runLayer } from './run-layer.test.support.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';

/** A decoder of two blocks, as GPT-2: norms before attention, learned positions. */
function decoder() {
  const [words, places, head] = [embedding(11, 8), embedding(6, 8), dense(11, { name: 'head' })];
  const blocks = [0, 1].map(() => [layerNorm(), multiHeadAttention(2), layerNorm(), dense(8)] as const);
  return {
    predict(arrays: Record<string, Value>, context: LayerContext) {
      const mask = blockDiagonalMask(arrays.sequence_ids!, { causal: true });
      let x = add(words(arrays.input_ids!, context), places(arrays.position_ids!, context));
      for (const [before, attention, norm, mix] of blocks) {
        x = add(x, attention(before(x, context), context, { mask }));
        x = add(x, mix(norm(x, context), context));
      }
      return head(x, context);
    },
    loss: ({ labels }: Record<string, Value>, logits: Value) =>
      softmaxCrossEntropy(logits, labels!, { ignoreLabel: -100 }),
    optimizer: sgd(1),
  };
}

/** The loss, and the parameters after a step of the size of the gradients. */
async function step(rows: Readonly<Record<string, readonly (readonly number[])[]>>) {
  const arrays = Object.entries(rows).map(([name, values]): [string, TensorData] => [
    name,
    tensor(Int32Array.from(values.flat()), [values.length, values[0]!.length]),
  ]);
  const batch = Object.fromEntries(arrays);
  const engine = await startCpu();
  const session = await engine.build({ load: decoder, sample: batch, seed: 3 });
  try {
    const { loss } = await session.step(batch, { step: 0, metrics: true });
    const { parameters } = await session.capture();
    return {
      loss: loss as number,
      parameters: [...parameters].map(([name, data]) => [name, Array.from(elements(data), Number)] as const),
    };
  } finally {
    await session.dispose();
    await engine.dispose();
  }
}

describe('blockDiagonalMask', () => {
  it('lets each place see the places of its own text, and earlier ones only where that is asked', async () => {
    const arrays = { ids: { shape: [1, 4], data: Int32Array.of(1, 1, 2, 0) } };
    const all = await runLayer(({ ids }) => blockDiagonalMask(ids!), arrays);
    expect([all.shape, all.values.map(Number)]).to.deep.equal([
      [1, 1, 4, 4],
      [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    ]);
    const causal = await runLayer(({ ids }) => blockDiagonalMask(ids!, { causal: true }), arrays);
    expect(causal.values.map(Number)).to.deep.equal([1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  });

  it('makes loss and gradients of a packed sequence those of its texts alone', async () => {
    const packed = await step({
      input_ids: [[3, 1, 4, 1, 5, 9, 2, 6, 5]],
      sequence_ids: [[1, 1, 1, 1, 2, 2, 2, 3, 3]],
      position_ids: [[0, 1, 2, 3, 0, 1, 2, 0, 1]],
      labels: [[1, 4, 1, -100, 9, 2, -100, 5, -100]],
    });
    const alone = await step({
      input_ids: [
        [3, 1, 4, 1],
        [5, 9, 2, 0],
        [6, 5, 0, 0],
      ],
      sequence_ids: [
        [1, 1, 1, 1],
        [1, 1, 1, 0],
        [1, 1, 0, 0],
      ],
      position_ids: [
        [0, 1, 2, 3],
        [0, 1, 2, 0],
        [0, 1, 0, 0],
      ],
      labels: [
        [1, 4, 1, -100],
        [9, 2, -100, -100],
        [5, -100, -100, -100],
      ],
    });
    expect(packed.loss).to.be.closeTo(alone.loss, 1e-6);
    expect(packed.parameters.map(([name]) => name)).to.deep.equal(alone.parameters.map(([name]) => name));
    const differences = packed.parameters.map(([name, values], at) => {
      const other = alone.parameters[at]![1];
      return [name, Math.max(...values.map((value, index) => Math.abs(value - other[index]!)))] as const;
    });
    for (const [name, difference] of differences) expect(difference, name).to.be.below(1e-5);
    // One sequence without the mask is another loss.
    const crossing = await step({
      input_ids: [[3, 1, 4, 1, 5, 9, 2, 6, 5]],
      sequence_ids: [[1, 1, 1, 1, 1, 1, 1, 1, 1]],
      position_ids: [[0, 1, 2, 3, 0, 1, 2, 0, 1]],
      labels: [[1, 4, 1, -100, 9, 2, -100, 5, -100]],
    });
    expect(Math.abs(crossing.loss - alone.loss)).to.be.above(1e-4);
  });

  it('refuses values of other shapes, and unknown options', () => {
    const ids = constant(tensorOf([1, 2], 'int32', [1, 2]));
    expect(() => blockDiagonalMask(constant(tensorOf([1, 2], 'int32', [2])))).to.throw(
      'takes sequence ids [batch, time]',
    );
    expect(() => blockDiagonalMask(ids, { casual: true } as never)).to.throw('casual');
  });

  it('is asked for where a model does not read the ids of its packed texts', async () => {
    const sample = Object.fromEntries(
      ['input_ids', 'position_ids', 'sequence_ids', 'labels'].map((name) => [
        name,
        tensor(Int32Array.of(0, 1), [1, 2]),
      ]),
    );
    const engine = await startCpu();
    const warningsOf = async (mask: boolean) => {
      const load = () => {
        const model = decoder();
        const predict: typeof model.predict = (arrays, context) =>
          model.predict(mask ? arrays : { ...arrays, sequence_ids: arrays.position_ids! }, context);
        return { ...model, predict };
      };
      const session = await engine.build({ load, sample, seed: 3 });
      await session.dispose();
      return session.warnings;
    };
    try {
      expect(await warningsOf(true)).to.deep.equal([]);
      expect((await warningsOf(false)).join()).to.match(/^The model does not read sequence_ids: .* blockDiagonalMask/);
    } finally {
      await engine.dispose();
    }
  });
});
