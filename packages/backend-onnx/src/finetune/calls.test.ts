import { type Batch, isForgeError, sgd, type TrainSession, tensor } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { int, ints, numbersOf } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import { OnnxBackend } from '../backend.js';
import { meanSquaredError } from '../layers/losses.js';
import type { OnnxModel } from '../model/onnx-model.js';
import { fromOnnx } from './from-onnx.js';
import type { FromOnnxCallsOptions } from './from-onnx-options.js';
import { float32, modelOf, nodeOf } from './model-file.test.support.js';

/** The mean over the time of x [batch, time, 1], times the weight, plus the input `shift` [batch, 1]. */
const file = modelOf({
  inputs: { x: float32('batch', 'time', 1), shift: float32('batch', 1) },
  initializers: {
    weight: tensor(Float32Array.of(3), [1, 1]),
    axes: tensor(BigInt64Array.of(1n), [1]),
  },
  nodes: [
    nodeOf('ReduceMean', ['x', 'axes'], ['mean'], { keepdims: int(0) }),
    nodeOf('MatMul', ['mean', 'weight'], ['scaled']),
    nodeOf('Add', ['scaled', 'shift'], ['y']),
    nodeOf('Transpose', ['y'], ['turned'], { perm: ints([1, 0]) }),
  ],
  outputs: ['y'],
});

type Pair = 'one' | 'other';
const options: FromOnnxCallsOptions<Value, Pair> = {
  calls: { one: { x: 'left' }, other: { x: 'right' } },
  loss: (_batch, { one, other }) => meanSquaredError(one, other),
  optimizer: sgd(0.5),
};
const rows = (values: readonly number[], width: number) => tensor(Float32Array.from(values), [2, width, 1]);
const batch: Batch = {
  left: rows([1, 3, 2, 2], 2),
  right: rows([1, 1, 1, 4, 4, 4], 3),
  shift: tensor(Float32Array.of(1, 1), [2, 1]),
};

async function inSession<T>(model: OnnxModel<never>, work: (session: TrainSession) => Promise<T>): Promise<T> {
  const engine = await new OnnxBackend().start({ engine: 'cpu', searchFrom: [] });
  const session = await engine.build({ load: () => model, sample: batch, seed: 1 });
  try {
    return await work(session);
  } finally {
    await session.dispose();
    await engine.dispose();
  }
}

async function errorOf(more: Partial<FromOnnxCallsOptions<Value, string>>): Promise<string> {
  try {
    const model = await fromOnnx<Value, string>(file, { ...options, ...more } as never);
    await inSession(model as never, async () => {});
  } catch (error) {
    if (isForgeError(error)) return `${error.message} ${error.hint ?? ''}`;
    throw error;
  }
  return 'no error was thrown';
}

describe('fromOnnx with several calls', () => {
  it('reads several arrays of a batch with the same weights, each of its own length', async () => {
    const model = await fromOnnx(file, options);
    await inSession(model as never, async (session) => {
      expect(session.parameters.map(({ name }) => name)).to.deep.equal(['weight']);
      const { one, other } = await session.predict(batch);
      expect(numbersOf(one!)).to.deep.equal([7, 7]);
      expect(numbersOf(other!)).to.deep.equal([4, 13]);
      // Means 2, 2 and 1, 4: the loss is w² · (1 + 4) / 2, its gradient 5 w.
      const { loss } = await session.step(batch, { step: 0, metrics: true });
      expect(loss).to.equal(22.5);
      const { parameters } = await session.capture();
      expect(numbersOf(parameters.get('weight')!)).to.deep.equal([3 - 0.5 * 15]);
      const longer = { ...batch, left: rows([1, 1, 1, 1, 1, 1, 1, 1], 4) };
      expect(numbersOf((await session.predict(longer)).one!)).to.deep.equal([-3.5, -3.5]);
    });
  });

  it('exports one call: the file', async () => {
    const model = await fromOnnx(file, options);
    const { inputs, outputs } = model.exported!({ training: false } as never);
    expect([inputs.map(({ name }) => name), [...outputs.keys()]]).to.deep.equal([['x', 'shift'], ['y']]);
  });

  it('names what does not fit', async () => {
    expect(await errorOf({ calls: {} })).to.include('calls of fromOnnx is empty. Name each');
    expect(await errorOf({ calls: { one: { y: 'left' } } })).to.include('The model has no input "y"');
    expect(await errorOf({ outputs: ['y', 'mean'] })).to.include(
      'The call "one" of the model returns several values: y, mean. Choose one by outputs',
    );
  });
});
