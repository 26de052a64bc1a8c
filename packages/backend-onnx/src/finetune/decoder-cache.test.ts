import { type Batch, sgd, type TrainSession, tensor } from '@forge-ml/core/plugin';
import { modelBytes } from '@forge-ml/onnx';
import { input, int, makeNode, numbersOf, parameter, type Value } from '@forge-ml/onnx/graph';
import { cast, gather, matMul } from '@forge-ml/onnx/ops';
import { decode, modelProto } from '@forge-ml/onnx/proto';
import { expect } from 'chai';
import { OnnxBackend } from '../backend.js';
import { softmaxCrossEntropy } from '../layers/softmax-cross-entropy.js';
import { fromOnnx } from './from-onnx.js';

const waves = (seed: number, ...shape: number[]) =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => Math.sin((at + 1) * seed)),
    shape,
  );

/** A decoder of one layer with a cache, as ONNX Runtime's exporters write it: words and mask to logits. */
function decoder(): Uint8Array {
  const words = input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  const mask = input('attention_mask', 'int64', ['batch_size', 'past_sequence_length + sequence_length']);
  const past = ['key', 'value'].map((part) =>
    input(`past_key_values.0.${part}`, 'float32', ['batch_size', 2, 'past_sequence_length', 4]),
  );
  const weights = Object.fromEntries(
    ['embed', 'q', 'k', 'v', 'head'].map((name, at) => {
      const shape = name === 'embed' ? [11, 8] : name === 'head' ? [8, 11] : [8, 8];
      return [name, parameter(`${name}.weight`, waves(0.3 + at * 0.7, ...shape))];
    }),
  ) as Record<string, Value>;
  const x = gather(weights.embed!, words);
  const projected = ['q', 'k', 'v'].map((name) => matMul(x, weights[name]!));
  const [attended, key, value] = makeNode({
    op: 'MultiHeadAttention',
    domain: 'com.microsoft',
    inputs: [...projected, null, cast(mask, 'int32'), null, ...past],
    attributes: { num_heads: int(2), unidirectional: int(1) },
    outputs: 3,
    origin: '/layers.0/attn',
  });
  const outputs = new Map<string, Value>([
    ['logits', matMul(attended!, weights.head!)],
    ['present.0.key', key!],
    ['present.0.value', value!],
  ]);
  return modelBytes({ inputs: [words, mask, ...past], outputs });
}

const ids = [
  [1, 4, 2, 9, 3],
  [7, 0, 5, 5, 10],
];
const whole = (rows: readonly (readonly number[])[]) =>
  tensor(BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0]!.length]);
const ones = (rows: number, columns: number) => whole(Array.from({ length: rows }, () => Array(columns).fill(1)));
const batch: Batch = {
  input_ids: whole(ids),
  attention_mask: ones(2, 5),
  labels: tensor(Int32Array.from([4, 2, 9, 3, 1, 0, 5, 5, 10, 2]), [2, 5]),
};

async function inSession(work: (session: TrainSession) => Promise<void>): Promise<void> {
  const model = await fromOnnx<Record<string, Value>>(decoder(), {
    loss: ({ labels }, { logits }) => softmaxCrossEntropy(logits!, labels!),
    optimizer: sgd(0.2),
  });
  const engine = await new OnnxBackend().start({ engine: 'cpu', searchFrom: [] });
  const session = await engine.build({ load: () => model, sample: batch, seed: 1 });
  try {
    await work(session);
  } finally {
    await session.dispose();
    await engine.dispose();
  }
}

describe('decoders with a cache', function () {
  this.timeout(30_000);

  it('train on whole sequences of any length with an empty cache', async () => {
    await inSession(async (session) => {
      const first = await session.step(batch, { step: 0, metrics: true });
      for (let step = 1; step < 20; step++) await session.step(batch, { step, metrics: true });
      const { loss } = await session.evaluate(batch);
      expect(loss).to.be.lessThan(0.7 * first!.loss);
      const short = {
        input_ids: whole(ids.map((row) => row.slice(0, 3))),
        attention_mask: ones(2, 3),
        labels: tensor(Int32Array.from([4, 2, 9, 0, 5, 5]), [2, 3]),
      };
      expect(await session.step(short, { step: 20, metrics: true })).to.have.property('loss');
    });
  });

  it('keep the cache for inference: one word at a time gives what the whole sequence does', async () => {
    await inSession(async (session) => {
      await session.step(batch, { step: 0, metrics: true });
      const { logits: all } = await session.predict({ input_ids: batch.input_ids!, attention_mask: ones(2, 5) });
      let past: Batch = {};
      const found: number[][] = [[], []];
      for (let at = 0; at < 5; at++) {
        const { logits, ...present } = await session.predict({
          input_ids: whole(ids.map((row) => [row[at]!])),
          attention_mask: ones(2, at + 1),
          ...past,
        });
        past = Object.fromEntries(
          Object.entries(present).map(([name, value]) => [name.replace('present', 'past_key_values'), value]),
        );
        const numbers = numbersOf(logits!);
        for (const [row, list] of found.entries()) list.push(...numbers.slice(row * 11, (row + 1) * 11));
      }
      for (const [at, value] of numbersOf(all!).entries()) expect(found.flat()[at]).to.be.closeTo(value, 1e-5);
    });
  });

  it('export the cache and the original operators', async () => {
    await inSession(async (session) => {
      const { parameters } = await session.capture();
      const places = new Map([...parameters].map(([name, { bytes }]) => [name, { offset: 0, length: bytes.length }]));
      const files = await session.checkpointFiles!({ name: 'parameters.safetensors', places });
      const { graph } = decode(modelProto, files.get('model.onnx') as Uint8Array);
      expect(graph!.input.map(({ name }) => name)).to.have.members([
        ...['input_ids', 'attention_mask', 'past_key_values.0.key', 'past_key_values.0.value'],
      ]);
      expect(graph!.output.map(({ name }) => name)).to.deep.equal(['logits', 'present.0.key', 'present.0.value']);
      expect(graph!.node.map(({ opType }) => opType)).to.include('MultiHeadAttention');
    });
  });
});
