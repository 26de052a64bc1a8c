import { type Batch, type NamedTensors, sgd, type TrainSession, tensor } from '@forge-ml/core/plugin';
import { ops } from '@forge-ml/onnx';
import type { Value } from '@forge-ml/onnx/graph';
import { input, int, ints, numbersOf } from '@forge-ml/onnx/graph';
import { decode, modelProto } from '@forge-ml/onnx/proto';
import { expect } from 'chai';
import { OnnxBackend } from '../backend.js';
import { dense } from '../layers/dense.js';
import { meanSquaredError } from '../layers/losses.js';
import { fromOnnx } from './from-onnx.js';
import type { FromOnnxOptions } from './from-onnx-options.js';
import { float32, type ModelParts, modelOf, nodeOf } from './model-file.test.support.js';
import { openAxes } from './open-axes.js';

const waves = (seed: number, ...shape: number[]) =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => Math.sin((at + 1) * seed)),
    shape,
  );

/** A small self-attention with position embeddings, [batch, time, 4] to [batch, time, 4]. */
const attention: ModelParts = {
  inputs: { x: float32('batch', 'time', 4) },
  initializers: {
    'q.weight': waves(0.3, 4, 4),
    'k.weight': waves(0.7, 4, 4),
    'v.weight': waves(1.1, 4, 4),
    'positions.weight': waves(1.7, 16, 4),
    one: tensor(BigInt64Array.of(1n), []),
    step: tensor(BigInt64Array.of(1n), []),
    zero: tensor(BigInt64Array.of(0n), []),
  },
  nodes: [
    nodeOf('Shape', ['x'], ['shape']),
    nodeOf('Gather', ['shape', 'one'], ['length']),
    nodeOf('Range', ['zero', 'length', 'step'], ['ids']),
    nodeOf('Gather', ['positions.weight', 'ids'], ['positions']),
    nodeOf('Add', ['x', 'positions'], ['h']),
    nodeOf('MatMul', ['h', 'q.weight'], ['q']),
    nodeOf('MatMul', ['h', 'k.weight'], ['k']),
    nodeOf('MatMul', ['h', 'v.weight'], ['v']),
    nodeOf('Transpose', ['k'], ['kt'], { perm: ints([0, 2, 1]) }),
    nodeOf('MatMul', ['q', 'kt'], ['scores']),
    nodeOf('Softmax', ['scores'], ['weights'], { axis: int(-1) }),
    nodeOf('MatMul', ['weights', 'v'], ['y']),
  ],
  outputs: ['y'],
};

/** Images of any size, [batch, 3, height, width], to [batch, 2]. */
const images: ModelParts = {
  inputs: { x: float32('batch', 3, 'height', 'width') },
  initializers: {
    'conv.weight': waves(0.3, 8, 3, 3, 3),
    'two.weight': waves(0.9, 16, 8, 3, 3),
    'fc.weight': waves(0.6, 16, 2),
  },
  nodes: [
    nodeOf('Conv', ['x', 'conv.weight'], ['c'], { strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) }),
    nodeOf('Relu', ['c'], ['r']),
    nodeOf('MaxPool', ['r'], ['p'], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) }),
    nodeOf('Conv', ['p', 'two.weight'], ['d'], { pads: ints([1, 1, 1, 1]) }),
    nodeOf('GlobalAveragePool', ['d'], ['g']),
    nodeOf('Flatten', ['g'], ['f']),
    nodeOf('MatMul', ['f', 'fc.weight'], ['y']),
  ],
  outputs: ['y'],
};

const options: FromOnnxOptions = { loss: ({ target }, y) => meanSquaredError(y, target!), optimizer: sgd(0.001) };

async function inSession<T>(
  parts: ModelParts,
  sample: Batch,
  work: (session: TrainSession) => Promise<T>,
  more: Partial<FromOnnxOptions> = {},
): Promise<T> {
  const engine = await new OnnxBackend().start({ engine: 'cpu', searchFrom: [] });
  const model = await fromOnnx(modelOf(parts), { ...options, ...more });
  const session = await engine.build({ load: () => model, sample, seed: 1 });
  try {
    return await work(session);
  } finally {
    await session.dispose();
    await engine.dispose();
  }
}

const stepOn = (session: TrainSession, batch: Batch, step = 0) => session.step(batch, { step, metrics: true });

async function parametersAfter(session: TrainSession, batch: Batch): Promise<[number, NamedTensors]> {
  const { loss } = await stepOn(session, batch);
  return [loss!, (await session.capture()).parameters];
}

function expectSame(actual: NamedTensors, expected: NamedTensors): void {
  for (const [name, value] of expected) {
    numbersOf(actual.get(name)!).forEach((number, at) => {
      expect(number, `${name}[${at}]`).to.be.closeTo(numbersOf(value)[at]!, 1e-6);
    });
  }
}

const cases: readonly { title: string; parts: ModelParts; batches: readonly Batch[] }[] = [
  {
    title: 'sequences of any length, with targets for each position',
    parts: attention,
    batches: [5, 9, 1, 2].map((time) => ({ x: waves(2.3, 3, time, 4), target: waves(0.2, 3, time, 4) })),
  },
  {
    title: 'images of any size',
    parts: images,
    batches: [
      [16, 16],
      [24, 18],
      [13, 9],
    ].map(([height, width]) => ({ x: waves(2.3, 2, 3, height!, width!), target: waves(0.2, 2, 2) })),
  },
];

describe('axes that a file leaves open', () => {
  for (const { title, parts, batches } of cases) {
    it(`${title}: a step is as that of a model for this size only`, async () => {
      for (const batch of batches) {
        const [loss, expected] = await inSession(parts, batch, (session) => parametersAfter(session, batch), {
          axes: { x: batch.x!.shape.map(() => null) },
        });
        const [actualLoss, actual] = await inSession(parts, batches[0]!, (session) => parametersAfter(session, batch));
        expect(actualLoss).to.be.closeTo(loss, 1e-6);
        expectSame(actual, expected);
      }
    });

    it(`${title}: trained in one run, evaluated, predicted and exported`, async () => {
      await inSession(parts, batches[0]!, async (session) => {
        for (const [step, batch] of [...batches, ...batches].entries()) {
          expect((await stepOn(session, batch, step)).loss).to.be.a('number');
        }
        for (const batch of batches) {
          const { loss } = await session.evaluate(batch);
          const { output } = await session.predict({ x: batch.x! });
          const squares = numbersOf(output!).map((value, at) => (value - numbersOf(batch.target!)[at]!) ** 2);
          expect(loss).to.be.closeTo(squares.reduce((a, b) => a + b, 0) / squares.length, 1e-5);
        }
        const { parameters } = await session.capture();
        const places = new Map([...parameters].map(([name, { bytes }]) => [name, { offset: 0, length: bytes.length }]));
        const files = await session.checkpointFiles!({ name: 'parameters.safetensors', places });
        const { graph } = decode(modelProto, files.get('model.onnx') as Uint8Array);
        const dims = graph!.input[0]!.type!.tensorType!.shape!.dim;
        expect(dims.map(({ dimParam, dimValue }) => dimParam || Number(dimValue))).to.deep.equal([
          'batch',
          ...parts.inputs.x!.shape.slice(1),
        ]);
      });
    });
  }

  it('several batches of one length are one block, then of another', async () => {
    const [five, nine] = cases[0]!.batches;
    await inSession(attention, five!, async (session) => {
      const first = await session.fused!.steps([five!, five!], { step: 0, metrics: true });
      const second = await session.fused!.steps([nine!, nine!], { step: 2, metrics: true });
      expect([...first, ...second].map(({ loss }) => typeof loss)).to.deep.equal(Array(4).fill('number'));
    });
  });

  it('an array of which an axis is fixed is refused, with the reason', async () => {
    const [five, nine] = cases[0]!.batches;
    const refused = await inSession(
      attention,
      five!,
      async (session) => {
        try {
          return await stepOn(session, nine!);
        } catch (error) {
          return (error as Error).message;
        }
      },
      { axes: { target: [null, null, null] } },
    );
    expect(refused).to.include('target is float32[3, 9, 4], but the model was built for float32[batch, 5, 4]');
  });

  it('a model that needs a size is built for that of the first batch, with a warning', async () => {
    const parts: ModelParts = {
      ...attention,
      // Weights for one length only.
      initializers: { ...attention.initializers, 'mix.weight': waves(0.5, 4, 2) },
      nodes: [
        ...attention.nodes.slice(0, -1),
        nodeOf('MatMul', ['weights', 'v'], ['z']),
        nodeOf('MatMul', ['z', 'mix.weight'], ['y']),
      ],
    };
    const [five] = cases[0]!.batches;
    const head = dense(3);
    const warnings = await inSession(parts, { x: five!.x!, target: waves(1, 3, 3) }, async (s) => s.warnings, {
      head: (y, context) => head(ops.flatten(y as Value), context),
    });
    expect(warnings.join()).to.include('for the sizes of the first batch only (x: [batch, 5, 4])');
  });

  it('axes of an array that there is not', async () => {
    const [five] = cases[0]!.batches;
    const error = await inSession(attention, five!, async () => 'none', { axes: { tokens: ['batch', 'time'] } }).catch(
      (reason: Error) => reason.message,
    );
    expect(error).to.equal("The model's axes name tokens, which the batch does not have.");
  });

  it('names of axes: of the batch in other places, and of several inputs', () => {
    const value = (name: string, ...shape: (string | number)[]) => input(name, 'float32', shape);
    expect(openAxes([value('x', 'n', 't', 4), value('mask', 'n', 'n', 't')], { x: 'images' })).to.deep.equal({
      images: ['batch', 't', null],
      mask: ['batch', 'batch', 't'],
    });
    // Time first in one, batch first in the other.
    expect(openAxes([value('x', 't', 'batch', 4), value('mask', 'batch', 't')], {})).to.deep.equal({
      x: ['batch', 'x.1', null],
      mask: ['batch', 'mask.1'],
    });
    expect(openAxes([value('x', 'n', 't')], { x: ({ images }) => images! })).to.deep.equal({});
  });
});
