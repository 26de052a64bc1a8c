import {
  type Batch,
  elements,
  isForgeError,
  type NamedTensors,
  type Stats,
  sgd,
  type TrainSession,
  tensor,
} from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { float, int, numbersOf } from '@forge-ml/onnx/graph';
import { reshape } from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { OnnxBackend } from '../backend.js';
import { dense } from '../layers/dense.js';
import { meanSquaredError } from '../layers/losses.js';
import { sequential } from '../layers/sequential.js';
import { softmaxCrossEntropy } from '../layers/softmax-cross-entropy.js';
import type { OnnxModel } from '../model/onnx-model.js';
import { fromOnnx } from './from-onnx.js';
import type { FromOnnxOptions } from './from-onnx-options.js';
import { float32, type ModelParts, modelOf, nodeOf } from './model-file.test.support.js';

const waves = (seed: number, ...shape: number[]) =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => Math.sin((at + 1) * seed)),
    shape,
  );
const full = (value: number, ...shape: number[]) =>
  tensor(new Float32Array(shape.reduce((a, b) => a * b)).fill(value), shape);

/** x [batch, 3] · trunk.weight, batch norm, relu (`features`), dropout by half, · head.weight: logits [batch, 2]. */
const parts: ModelParts = {
  inputs: { x: float32('batch', 3) },
  initializers: {
    'trunk.weight': waves(0.7, 3, 4),
    'bn.weight': full(1.5, 4),
    'bn.bias': full(0.1, 4),
    'bn.running_mean': full(0.2, 4),
    'bn.running_var': full(2, 4),
    'head.weight': waves(1.3, 4, 2),
    ratio: tensor(Float32Array.of(0.5), []),
  },
  nodes: [
    nodeOf('MatMul', ['x', 'trunk.weight'], ['hidden']),
    nodeOf(
      'BatchNormalization',
      ['hidden', 'bn.weight', 'bn.bias', 'bn.running_mean', 'bn.running_var'],
      ['normal', 'next_mean', 'next_var'],
      { training_mode: int(1), momentum: float(0.75) },
    ),
    nodeOf('Relu', ['normal'], ['features']),
    nodeOf('Dropout', ['features', 'ratio'], ['dropped']),
    nodeOf('MatMul', ['dropped', 'head.weight'], ['logits']),
  ],
  outputs: ['logits'],
};
const file = modelOf(parts);
const batch = { x: waves(2.1, 4, 3), y: waves(0.4, 4, 2), labels: tensor(Int32Array.of(0, 2, 1, 2)) };
const options: FromOnnxOptions = {
  loss: ({ y }, logits) => meanSquaredError(logits, y!),
  optimizer: sgd(0.1),
};

async function inSession(model: OnnxModel, work: (session: TrainSession) => Promise<void>, seed = 1): Promise<void> {
  const engine = await new OnnxBackend().start({ engine: 'cpu', searchFrom: [] });
  const session = await engine.build({ load: () => model, sample: batch, seed });
  try {
    await work(session);
  } finally {
    await session.dispose();
    await engine.dispose();
  }
}

async function parametersOf(session: TrainSession): Promise<NamedTensors> {
  return (await session.capture()).parameters;
}

/** Runs one step, and returns its stats. */
async function stepped(session: TrainSession, step: number, on: Batch = batch): Promise<Stats> {
  return session.step(on, { step, metrics: true });
}

const numbers = (tensors: NamedTensors, name: string) => numbersOf(tensors.get(name)!);

async function errorOf(options: Partial<FromOnnxOptions>, bytes = file): Promise<string> {
  try {
    const model = await fromOnnx(bytes, { loss: ({ y }, logits) => meanSquaredError(logits, y!), ...options });
    await inSession(model, async () => {});
  } catch (error) {
    if (isForgeError(error)) return `${error.message} ${error.hint ?? ''}`.trim();
    throw error;
  }
  return 'no error was thrown';
}

describe('fromOnnx', () => {
  it('keeps names and values, and predicts by running statistics without dropout', async () => {
    await inSession(await fromOnnx(file, options), async (session) => {
      expect(session.parameters.map(({ name, trainable }) => [name, trainable])).to.deep.equal([
        ['trunk.weight', true],
        ['bn.weight', true],
        ['bn.bias', true],
        ['bn.running_mean', false],
        ['bn.running_var', false],
        ['head.weight', true],
      ]);
      const [w, v, x] = [waves(0.7, 3, 4), waves(1.3, 4, 2), batch.x].map(numbersOf) as [number[], number[], number[]];
      const expected = [0, 1, 2, 3].flatMap((row) => {
        const features = [0, 1, 2, 3].map((c) => {
          const hidden = [0, 1, 2].reduce((sum, k) => sum + x[3 * row + k]! * w[4 * k + c]!, 0);
          return Math.max(0, ((hidden - 0.2) / Math.sqrt(2 + 1e-5)) * 1.5 + 0.1);
        });
        return [0, 1].map((c) => features.reduce((sum, value, k) => sum + value * v[2 * k + c]!, 0));
      });
      const { output } = await session.predict({ x: batch.x });
      numbersOf(output!).forEach((value, at) => {
        expect(value).to.be.closeTo(expected[at]!, 1e-5);
      });
    });
  });

  it('trains all parameters; running statistics follow the batch', async () => {
    await inSession(await fromOnnx(file, options), async (session) => {
      const before = await parametersOf(session);
      await stepped(session, 0);
      const after = await parametersOf(session);
      const x = numbersOf(batch.x);
      const w = numbersOf(waves(0.7, 3, 4));
      for (const c of [0, 1, 2, 3]) {
        const column = [0, 1, 2, 3].map((row) =>
          [0, 1, 2].reduce((sum, k) => sum + x[3 * row + k]! * w[4 * k + c]!, 0),
        );
        const mean = column.reduce((sum, value) => sum + value, 0) / 4;
        const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4;
        expect(numbers(after, 'bn.running_mean')[c]).to.be.closeTo(0.75 * 0.2 + 0.25 * mean, 1e-6);
        expect(numbers(after, 'bn.running_var')[c]).to.be.closeTo(0.75 * 2 + 0.25 * variance, 1e-6);
      }
      for (const name of before.keys()) expect(numbers(after, name), name).to.not.deep.equal(numbers(before, name));
    });
  });

  it('keeps parameters that no pattern matches bit-identical, statistics of a frozen batch norm too', async () => {
    await inSession(await fromOnnx(file, { ...options, trainable: ['head.*'] }), async (session) => {
      const before = await parametersOf(session);
      for (const step of [0, 1, 2]) await stepped(session, step);
      const after = await parametersOf(session);
      const changed = [...before.keys()].filter(
        (name) => String(numbers(before, name)) !== String(numbers(after, name)),
      );
      expect(changed).to.deep.equal(['head.weight']);
    });
    const all = { ...options, trainable: (name: string) => name === 'head.weight', batchNorm: 'all' } as const;
    await inSession(await fromOnnx(file, all), async (session) => {
      await stepped(session, 0);
      expect(numbers(await parametersOf(session), 'bn.running_mean')[0]).to.not.be.closeTo(0.2, 1e-6);
    });
  });

  it('drops other elements at each step, the same ones for the same seed', async () => {
    const still = { ...options, optimizer: sgd(0), batchNorm: 'none' } as const;
    const run = async (seed: number): Promise<Stats[]> => {
      const stats: Stats[] = [];
      await inSession(
        await fromOnnx(file, still),
        async (session) => {
          for (const step of [0, 1, 2]) stats.push(await stepped(session, step));
        },
        seed,
      );
      return stats;
    };
    const [first, again, other] = [await run(1), await run(1), await run(2)];
    expect(first).to.deep.equal(again);
    expect(first).to.not.deep.equal(other);
    expect(new Set(first.map(({ loss }) => loss)).size).to.equal(3);
  });

  it('can be cut at any value, and get a new head for other classes', async () => {
    const head = sequential(dense(3));
    const model = await fromOnnx(file, {
      outputs: 'features',
      trainable: [],
      head,
      loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels!),
      optimizer: sgd(0.5),
    });
    await inSession(model, async (session) => {
      const names = session.parameters.filter(({ trainable }) => trainable).map(({ name }) => name);
      expect(names).to.deep.equal(['head/dense_1/kernel', 'head/dense_1/bias']);
      expect(session.parameters.map(({ name }) => name)).to.not.include('head.weight');
      const first = await stepped(session, 0);
      for (let step = 1; step < 20; step++) await stepped(session, step);
      expect((await session.evaluate(batch)).loss).to.be.lessThan(0.8 * first.loss);
      expect((await session.predict({ x: batch.x })).output!.shape).to.deep.equal([4, 3]);
      expect(session.artefacts.head).to.equal(head);
    });
  });

  it('accepts arrays of other names, shapes and integer dtypes; returns several outputs by name', async () => {
    const model = await fromOnnx<Record<string, Value>>(file, {
      inputs: { x: ({ pixels }) => reshape(pixels!, [-1, 3]) },
      outputs: ['features', 'logits'],
      loss: ({ y }, { logits }) => meanSquaredError(logits!, y!),
      optimizer: sgd(0.1),
    });
    const engine = await new OnnxBackend().start({ engine: 'cpu', searchFrom: [] });
    const pixels = tensor(
      Uint8Array.from({ length: 12 }, (_, at) => at),
      [4, 1, 3],
    );
    const session = await engine.build({ load: () => model, sample: { pixels, y: batch.y }, seed: 1 });
    await stepped(session, 0, { pixels, y: batch.y });
    const outputs = await session.predict({ pixels });
    expect(Object.entries(outputs).map(([name, { shape }]) => [name, shape])).to.deep.equal([
      ['features', [4, 4]],
      ['logits', [4, 2]],
    ]);
    expect(elements(outputs.logits!).every((value) => Number.isFinite(Number(value)))).to.equal(true);
    await session.dispose();
    await engine.dispose();
  });

  it('copies a tensor that several batch norms read through Identity', async () => {
    const shared = modelOf({
      inputs: { x: float32('batch', 3) },
      initializers: { 'a.weight': full(1, 3), 'a.bias': full(0, 3), 'a.mean': full(0, 3), 'a.var': full(1, 3) },
      nodes: [
        ...['weight', 'bias', 'mean', 'var'].map((part) => nodeOf('Identity', [`a.${part}`], [`b.${part}`])),
        nodeOf('BatchNormalization', ['x', 'a.weight', 'a.bias', 'a.mean', 'a.var'], ['one']),
        nodeOf('Exp', ['one'], ['between']),
        nodeOf('BatchNormalization', ['between', 'b.weight', 'b.bias', 'b.mean', 'b.var'], ['two']),
        nodeOf('ReduceMean', ['two'], ['mean']),
      ],
      outputs: ['mean'],
    });
    const model = await fromOnnx(shared, { loss: (_batch, mean) => reshape(mean, []), optimizer: sgd(0.1) });
    await inSession(model, async (session) => {
      await stepped(session, 0);
      const after = await parametersOf(session);
      expect([...after.keys()].sort()).to.deep.equal(
        ['a', 'b'].flatMap((norm) => ['bias', 'mean', 'var', 'weight'].map((part) => `${norm}.${part}`)),
      );
      expect(numbers(after, 'a.mean')).to.not.deep.equal(numbers(after, 'b.mean'));
    });
  });

  it('trains through an LSTM of the file, on sequences of any length', async () => {
    const recurrent = modelOf({
      inputs: { x: float32('time', 'batch', 1) },
      initializers: { w: waves(0.9, 1, 8, 1), r: waves(0.3, 1, 8, 2), axes: tensor(BigInt64Array.of(0n), [1]) },
      nodes: [
        nodeOf('LSTM', ['x', 'w', 'r'], ['', 'h'], { hidden_size: int(2) }),
        nodeOf('Squeeze', ['h', 'axes'], ['last']),
      ],
      outputs: ['last'],
    });
    const model = await fromOnnx(recurrent, {
      ...options,
      inputs: { x: ({ x }) => reshape(x!, [3, -1, 1]) },
      optimizer: sgd(0.5),
    });
    await inSession(model, async (session) => {
      const first = await stepped(session, 0);
      for (let step = 1; step < 30; step++) await stepped(session, step);
      expect((await session.evaluate(batch)).loss).to.be.lessThan(0.95 * first.loss);
    });
  });

  it('warns of a pattern that catches no matrix, but where it asks for vectors', async () => {
    const warningsOf = async (trainable: FromOnnxOptions['trainable']) =>
      (await fromOnnx(file, { ...options, trainable })).warnings;
    expect(await warningsOf(['bn.weight', '*.bias'])).to.deep.equal([]);
    expect(await warningsOf(['head.*', 'b*s'])).to.deep.equal([
      'trainable\'s pattern "b*s" matches no matrix, only bn.bias: exporters rename matrices. Those of the model are trunk.weight, head.weight; forge onnx show lists all.',
    ]);
    expect((await warningsOf((name) => name.startsWith('bn')))?.[0]).to.include('trainable matches no matrix');
    await inSession(await fromOnnx(file, { ...options, trainable: ['b*s'] }), async (session) => {
      expect(session.warnings.join()).to.include('matches no matrix');
    });
  });

  it('names what does not fit', async () => {
    expect(await errorOf({ trainable: ['heads.*'] })).to.equal(
      'trainable has the pattern "heads.*", which matches no parameter of the model. Its parameters are trunk.weight, bn.weight, bn.bias, head.weight; * matches any characters.',
    );
    expect(await errorOf({ outputs: 'feature' })).to.include('The model has no value named "feature".');
    expect(await errorOf({ inputs: { pixels: 'x' } })).to.equal('The model has no input "pixels". Its inputs are "x".');
    expect(await errorOf({ inputs: { x: 'images' } })).to.include(
      'The model reads images, but the batch has x: float32[batch, 3]',
    );
    expect(await errorOf({ inputs: { x: ({ x }) => reshape(x!, [-1]) } })).to.include(
      'The model\'s input "x" is float32[batch, 3]; the batch gives float32[',
    );
    expect(await errorOf({ trainable: [] })).to.equal(
      'The model has no trainable parameter. Its 6 parameters are all fixed: with fromOnnx, let trainable match some of them, or add a head.',
    );
    expect(await errorOf({}, new Uint8Array(3))).to.include('This is not an ONNX model');
  });
});
