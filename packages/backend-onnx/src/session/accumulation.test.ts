import { adam, type Batch, type Engine, elements, type NamedTensors, sizeOf, tensor } from '@forge-ml/core/plugin';
import { numbersOf } from '@forge-ml/onnx/graph';
import * as ops from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { fromOnnx } from '../finetune/from-onnx.js';
import { batch as fileBatch, parts } from '../finetune/lora/lora-models.test.support.js';
import { modelOf } from '../finetune/model-file.test.support.js';
import { dense } from '../layers/dense.js';
import { embedding } from '../layers/embedding.js';
import { meanSquaredError } from '../layers/losses.js';
import { sequential } from '../layers/sequential.js';
import { softmaxCrossEntropy } from '../layers/softmax-cross-entropy.js';
import type { MixedPrecision } from '../model/mixed-precision.js';
import type { OnnxModel } from '../model/onnx-model.js';
import { startCpu, startOnDevice } from './models.test.support.js';

const batches = 3;
const optimizerOf = (accumulate: number) => adam(0.01, { accumulate, clipNorm: 0.3 });

/** Sentences [count, length] with a label for each word; -1 does not count. */
function sentences(count: number, length: number, from = 0, ignored = (_at: number) => false): Batch {
  const ids = Int32Array.from({ length: count * length }, (_, at) => ((at + from) * 7) % 11);
  const labels = ids.map((id, at) => (ignored(at) ? -1 : id % 3));
  return { ids: tensor(ids, [count, length]), labels: tensor(labels, [count, length]) };
}

function tagger(accumulate: number, mixedPrecision: MixedPrecision = 'none'): OnnxModel {
  const net = sequential(embedding(11, 8), dense(8, { activation: 'tanh' }), dense(3));
  return {
    predict: ({ ids }, context) => net(ids!, context),
    loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels!, { ignoreLabel: -1 }),
    optimizer: optimizerOf(accumulate),
    artefacts: { net },
    axes: { ids: ['batch', 'time'], labels: ['batch', 'time'] },
    mixedPrecision,
  };
}

function rowsOf(batch: Batch, from: number, to: number): Batch {
  return Object.fromEntries(
    Object.entries(batch).map(([name, value]) => {
      const [, ...shape] = value.shape;
      const size = sizeOf(shape);
      const own = (elements(value) as Float32Array).slice(from * size, to * size);
      return [name, tensor(own, [to - from, ...shape], value.dtype as 'float32')];
    }),
  );
}

async function parametersAfter(engine: Engine, load: () => unknown, given: readonly Batch[]): Promise<NamedTensors> {
  const session = await engine.build({ load, sample: given[0]!, seed: 5 });
  for (const [step, batch] of given.entries()) await session.step(batch, { step, metrics: true });
  const { parameters } = await session.capture();
  await session.dispose();
  return parameters;
}

function expectClose(found: NamedTensors, expected: NamedTensors, tolerance: number): void {
  expect([...found.keys()]).to.deep.equal([...expected.keys()]);
  for (const [name, value] of expected) {
    const numbers = numbersOf(found.get(name)!);
    for (const [at, number] of numbersOf(value).entries()) {
      expect(numbers[at], `${name} ${at}`).to.be.closeTo(number, tolerance);
    }
  }
}

for (const [place, start] of [
  ['kernels', startCpu],
  ['the graph', () => startOnDevice(undefined)],
] as const) {
  describe(`several batches an update, by ${place}`, () => {
    let engine: Engine;
    before(async () => {
      engine = await start();
    });
    after(() => engine.dispose());

    const large = sentences(4 * batches, 5);
    const small = Array.from({ length: batches }, (_, at) => rowsOf(large, 4 * at, 4 * at + 4));

    it('train as one large batch does, with the norm of their mean clipped', async () => {
      const one = await parametersAfter(engine, () => tagger(1), [large, large]);
      const many = await parametersAfter(engine, () => tagger(batches), [...small, ...small]);
      expectClose(many, one, 2e-5);
    });

    it('do so in mixed precision', async () => {
      const one = await parametersAfter(engine, () => tagger(1, 'float16'), [large, large]);
      const many = await parametersAfter(engine, () => tagger(batches, 'float16'), [...small, ...small]);
      expectClose(many, one, 1e-3);
    });

    it('do so with adapters', async () => {
      const load = (accumulate: number) =>
        fromOnnx(modelOf(parts), {
          lora: { rank: 2, also: 'norm.scale' },
          loss: ({ y }, logits) => meanSquaredError(logits, y!),
          optimizer: optimizerOf(accumulate),
        });
      const [whole, parted] = [await load(1), await load(3)];
      const rows = [0, 1, 2].map((at) => rowsOf(fileBatch, at, at + 1));
      const one = await parametersAfter(engine, () => whole, [fileBatch, fileBatch]);
      const many = await parametersAfter(engine, () => parted, [...rows, ...rows]);
      expectClose(many, one, 2e-5);
    });

    it('may have different lengths, and each has the same weight: the mean is that of their means', async () => {
      const given = [sentences(4, 5), sentences(4, 3, 4), sentences(4, 7, 9, (at) => at % 4 !== 0)];
      const found = await parametersAfter(engine, () => tagger(3), given);
      const together = (): OnnxModel => {
        const net = sequential(embedding(11, 8), dense(8, { activation: 'tanh' }), dense(3));
        return {
          loss: (batch, _, context) => {
            const losses = given.map((_, at) => {
              return softmaxCrossEntropy(net(batch[`ids${at}`]!, context), batch[`labels${at}`]!, { ignoreLabel: -1 });
            });
            return ops.div(
              losses.reduce((sum, loss) => ops.add(sum, loss)),
              given.length,
            );
          },
          optimizer: optimizerOf(1),
          artefacts: { net },
          axes: Object.fromEntries(
            given.flatMap((_, at) => [`ids${at}`, `labels${at}`].map((name) => [name, ['batch', `time${at}`]])),
          ),
        };
      };
      const all = Object.fromEntries(
        given.flatMap((batch, at) => Object.entries(batch).map(([name, value]) => [`${name}${at}`, value])),
      );
      expectClose(found, await parametersAfter(engine, together, [all]), 2e-5);
    });
  });
}
