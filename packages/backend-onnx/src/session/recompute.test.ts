import { adam, type Batch, type Engine, tensor } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import * as ops from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { multiHeadAttention } from '../layers/attention.js';
import { dense } from '../layers/dense.js';
import { dropout } from '../layers/dropout.js';
import { embedding } from '../layers/embedding.js';
import { gru } from '../layers/gru.js';
import { constantly } from '../layers/initializers.js';
import type { LayerContext } from '../layers/layer.js';
import { layerNorm } from '../layers/norms.js';
import { softmaxCrossEntropy } from '../layers/softmax-cross-entropy.js';
import type { OnnxModel, RecomputeOption } from '../model/onnx-model.js';
import { batchAt, bitsOfBatch, classifier, startCpu } from './models.test.support.js';

const [size, positions, words] = [16, 12, 50];

function sentences(step: number): Batch {
  const ids = Int32Array.from({ length: 4 * positions }, (_, at) => (at * 31 + step * 7) % words);
  return { ids: tensor(ids, [4, positions]), labels: tensor(Int32Array.from([0, 1, 2, step % 3])) };
}

/** A layer norm and a GELU as older exporters write them, which ONNX Runtime fuses where nothing else reads their parts. */
function writtenOutNorm(x: Value, name: string, context: LayerContext): Value {
  const difference = ops.sub(x, ops.reduceMean(x, [-1]));
  const deviation = ops.sqrt(ops.add(ops.reduceMean(ops.pow(difference, 2), [-1]), 1e-5));
  const scaled = ops.mul(ops.div(difference, deviation), context.parameter(`${name}/scale`, [size], constantly(1)));
  return ops.add(scaled, context.parameter(`${name}/bias`, [size], constantly(0)));
}
const writtenOutGelu = (x: Value) => ops.mul(ops.mul(x, ops.add(ops.erf(ops.div(x, Math.SQRT2)), 1)), 0.5);

/** @param kind `file`: with operators as in a file, each norm after its sum */
function transformer(kind: 'layers' | 'file', recompute?: RecomputeOption): OnnxModel {
  const embed = embedding(words, size, { name: 'embed' });
  const blocks = Array.from({ length: 4 }, (_, at) => ({
    first: layerNorm({ name: `${at}/first` }),
    attend: multiHeadAttention(2, { name: `${at}/attend`, dropout: 0.1 }),
    second: layerNorm({ name: `${at}/second` }),
    up: dense(4 * size, { name: `${at}/up`, ...(kind === 'layers' ? { activation: 'gelu' as const } : {}) }),
    down: dense(size, { name: `${at}/down` }),
    drop: dropout(0.1),
  }));
  const head = dense(3, { name: 'head' });
  return {
    predict({ ids }, context) {
      let x = embed(ids!, context);
      for (const [at, block] of blocks.entries()) {
        if (kind === 'layers') {
          x = ops.add(x, block.attend(block.first(x, context), context));
          x = ops.add(x, block.drop(block.down(block.up(block.second(x, context), context), context), context));
        } else {
          x = writtenOutNorm(ops.add(x, block.attend(x, context)), `${at}/first`, context);
          const wide = writtenOutGelu(block.up(x, context));
          x = writtenOutNorm(ops.add(x, block.drop(block.down(wide, context), context)), `${at}/second`, context);
        }
      }
      return head(ops.reduceMean(x, [1], { keepdims: false }), context);
    },
    loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels!),
    optimizer: adam(1e-2),
    ...(recompute === undefined ? {} : { recompute }),
  };
}

function recurrent(recompute?: RecomputeOption): OnnxModel {
  const embed = embedding(words, size, { name: 'embed' });
  const layers = [1, 2, 3].map((at) => gru(size, { name: `gru_${at}`, sequences: true }));
  const head = dense(3, { name: 'head' });
  return {
    predict({ ids }, context) {
      const start: Value = embed(ids!, context);
      const x = layers.reduce<Value>((value, layer) => ops.tanh(layer(value, context)), start);
      return head(x.shape.length === 3 ? ops.reduceMean(x, [1], { keepdims: false }) : x, context);
    },
    loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels!),
    optimizer: adam(1e-2),
    ...(recompute === undefined ? {} : { recompute }),
  };
}

describe('recompute', () => {
  let engine: Engine;
  before(async () => {
    engine = await startCpu();
  });
  after(() => engine.dispose());

  /** The losses of three steps, an evaluation, and the bits of the state after them. */
  async function trained(load: () => unknown, batchOf: (step: number) => Batch) {
    const session = await engine.build({ load, sample: batchOf(0), seed: 5 });
    try {
      const losses: number[] = [];
      for (const step of [0, 1, 2]) losses.push((await session.step(batchOf(step), { step, metrics: true })).loss!);
      const { parameters, optimizer } = await session.capture();
      return { losses, state: bitsOfBatch(Object.fromEntries([...parameters, ...optimizer])) };
    } finally {
      await session.dispose();
    }
  }

  const models: Readonly<
    Record<string, readonly [load: (recompute?: RecomputeOption) => unknown, (step: number) => Batch]>
  > = {
    'a transformer': [(recompute) => transformer('layers', recompute), sentences],
    'a transformer of operators that ONNX Runtime fuses': [(recompute) => transformer('file', recompute), sentences],
    'recurrent layers': [recurrent, sentences],
    'convolutions, batch norm and dropout': [
      (recompute) => ({ ...(classifier() as object), ...(recompute && { recompute }) }),
      batchAt,
    ],
  };
  for (const [title, [load, batchOf]] of Object.entries(models)) {
    it(`gives the same bits: ${title}`, async () => {
      const usual = await trained(() => load(), batchOf);
      expect(await trained(() => load('blocks'), batchOf)).to.deep.equal(usual);
    });
  }

  it('gives the same bits with a limit of memory', async () => {
    const usual = await trained(() => transformer('layers'), sentences);
    const found = await trained(() => transformer('layers', { memory: '400 kB' }), sentences);
    expect(found).to.deep.equal(usual);
  });

  it('is refused where the memory will not do, before the first step', async () => {
    const load = () => transformer('layers', { memory: 1000 });
    const error = await trained(load, sentences).catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'MODEL_INVALID');
    expect(error)
      .to.have.property('message')
      .that.matches(/^recompute: the activations of a step take at least \d+ MB/);
  });

  for (const [given, message] of [
    ['all', `The model's recompute is "all".`],
    [{ memory: '2 pounds' }, 'recompute: memory is "2 pounds", not a size.'],
    [{ memory: -1 }, 'recompute: memory is -1, not a size.'],
  ] as const) {
    it(`refuses ${JSON.stringify(given)}`, async () => {
      const error = await trained(() => transformer('layers', given as never), sentences).catch((thrown) => thrown);
      expect(error).to.have.property('message', message);
    });
  }
});
