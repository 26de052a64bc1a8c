import { sgd, tensor } from '@forge-ml/core/plugin';
import { float, int, numbersOf } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import { OnnxBackend } from '../backend.js';
import { meanSquaredError } from '../layers/losses.js';
import { fromOnnx } from './from-onnx.js';
import { float32, modelOf, nodeOf } from './model-file.test.support.js';

const rows = 64;
const x = tensor(new Float32Array(rows * 8).fill(1), [rows, 8]);
const identity = tensor(
  Float32Array.from({ length: 64 }, (_, at) => Number(at % 9 === 0)),
  [8, 8],
);
const number = (value: number) => tensor(Float32Array.of(value), []);

type Nodes = ReturnType<typeof nodeOf>[];

/** y = x · w, times a random mask or plus noise: as PyTorch's exporters write them. */
const patterns: Readonly<Record<string, { nodes: Nodes; trained: (values: readonly number[]) => void }>> = {
  'stochastic depth: a comparison of uniform numbers': {
    nodes: [
      nodeOf('RandomUniformLike', ['h'], ['u'], { dtype: int(1), low: float(0), high: float(1) }),
      nodeOf('Less', ['u', 'val_1'], ['less']),
      nodeOf('Cast', ['less'], ['mask'], { to: int(1) }),
      nodeOf('Div', ['mask', 'val_1'], ['scaled']),
      nodeOf('Mul', ['h', 'scaled'], ['y']),
    ],
    trained: isMask,
  },
  'drop path: uniform numbers rounded down': {
    nodes: [
      nodeOf('RandomUniformLike', ['h'], ['u'], { dtype: int(1) }),
      nodeOf('Add', ['u', 'val_1'], ['sum']),
      nodeOf('Floor', ['sum'], ['mask']),
      nodeOf('Div', ['h', 'val_1'], ['divided']),
      nodeOf('Mul', ['divided', 'mask'], ['y']),
    ],
    trained: isMask,
  },
  'Bernoulli of a constant in a shape known at run time': {
    nodes: [
      nodeOf('Shape', ['h'], ['shape']),
      nodeOf('Expand', ['val_1', 'shape'], ['chances']),
      nodeOf('Bernoulli', ['chances'], ['mask']),
      nodeOf('Mul', ['h', 'mask'], ['dropped']),
      nodeOf('Div', ['dropped', 'val_1'], ['y']),
    ],
    trained: isMask,
  },
  'normal noise': {
    nodes: [
      nodeOf('RandomNormalLike', ['h'], ['noise'], { mean: float(0), scale: float(0.5) }),
      nodeOf('Add', ['h', 'noise'], ['y']),
    ],
    trained(values) {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      expect(mean).to.be.closeTo(1, 0.1);
      expect(Math.sqrt(variance)).to.be.closeTo(0.5, 0.05);
    },
  },
  'uniform noise of a given shape': {
    nodes: [
      nodeOf('RandomUniform', [], ['noise'], {
        shape: { type: 'ints', value: [rows, 8] },
        low: float(-1),
        high: float(1),
      }),
      nodeOf('Add', ['h', 'noise'], ['y']),
    ],
    trained(values) {
      expect(Math.min(...values)).to.be.within(0, 0.1);
      expect(Math.max(...values)).to.be.within(1.9, 2);
    },
  },
};

/** Of zeros, and of 1 / 0.75 for three of four. */
function isMask(values: readonly number[]): void {
  expect(new Set(values.map((value) => value.toFixed(5)))).to.deep.equal(new Set(['0.00000', '1.33333']));
  expect(values.filter((value) => value > 0).length / values.length).to.be.closeTo(0.75, 0.05);
}

describe('nodes of a file that draw random numbers', () => {
  for (const [title, { nodes, trained }] of Object.entries(patterns)) {
    it(`${title}: by the run's seed and step in training, without effect at inference`, async () => {
      const file = modelOf({
        inputs: { x: float32('batch', 8) },
        initializers: { w: identity, val_1: number(0.75) },
        nodes: [nodeOf('MatMul', ['x', 'w'], ['h']), ...nodes],
        outputs: ['y'],
      });
      const engine = await new OnnxBackend().start({ engine: 'cpu', searchFrom: [] });
      try {
        const drawnBy = async (seed: number, step: number) => {
          const model = await fromOnnx(file, {
            loss: ({ target }, y) => meanSquaredError(y, target!),
            optimizer: sgd(1e-9),
            trainable: ['w'],
          });
          const batch = { x, target: x };
          const session = await engine.build({ load: () => model, sample: batch, seed });
          let values: number[] = [];
          await session.step(batch, { step, metrics: true, onOutputs: ({ output }) => (values = numbersOf(output!)) });
          const { output } = await session.predict({ x });
          for (const value of numbersOf(output!)) expect(value).to.be.closeTo(1, 1e-6);
          await session.dispose();
          return values;
        };
        const values = await drawnBy(1, 0);
        trained(values);
        expect(await drawnBy(1, 0)).to.deep.equal(values);
        expect(await drawnBy(1, 1)).to.not.deep.equal(values);
        expect(await drawnBy(2, 0)).to.not.deep.equal(values);
      } finally {
        await engine.dispose();
      }
    });
  }
});
