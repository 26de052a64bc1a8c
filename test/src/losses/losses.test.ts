import * as onnx from '@forge-ml/backend-onnx';
import onnxPlugin from '@forge-ml/backend-onnx/plugin';
import * as tfjs from '@forge-ml/backend-tfjs';
import tfjsPlugin from '@forge-ml/backend-tfjs/plugin';
import { type Batch, type Engine, elements, type GradientReport, sgd, tensor } from '@forge-ml/core/plugin';
import * as tf from '@tensorflow/tfjs';
import { expect } from 'chai';
import { optionsOf, type ReferenceArray, type ReferenceCase, referenceCases } from './reference.js';

type Loss<T> = (...args: readonly unknown[]) => T;

const arrayOf = ({ dtype, shape, data }: ReferenceArray) => {
  return tensor(dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data), shape);
};

/** Relative to the larger of the number and 1. */
function expectClose(found: number, wanted: number, tolerance: number, what: string): void {
  expect(Math.abs(found - wanted), `${what}: ${found}, not ${wanted}`).to.be.at.most(
    tolerance * Math.max(1, Math.abs(wanted)),
  );
}

/** A model with the arguments that have a gradient as parameters; the other arrays are of the batch. */
type MakeModel = (one: ReferenceCase) => () => unknown;

const isParameter = (one: ReferenceCase, name: string) => Object.hasOwn(one.gradients, name);

const onnxModel: MakeModel = (one) => (): onnx.OnnxModel<undefined> => ({
  loss: (arrays, _, context) => {
    const given = Object.fromEntries(
      Object.entries(one.arrays).map(([name, { shape, data }]) => [
        name,
        isParameter(one, name) ? context.parameter(name, shape, () => Float32Array.from(data)) : arrays[name]!,
      ]),
    );
    const loss = (onnx as unknown as Record<string, Loss<onnx.Value>>)[one.function]!;
    return loss(...one.args.map((name) => given[name]), optionsOf(one, given));
  },
  optimizer: sgd(0.1),
});

const tfjsModel: MakeModel = (one) => (): tfjs.TfjsModel<undefined> => {
  const variables = Object.entries(one.arrays).flatMap(([name, { shape, data }]) => {
    return isParameter(one, name) ? [[name, tf.variable(tf.tensor([...data], [...shape]), true, name)] as const] : [];
  });
  return {
    loss: (arrays) => {
      const given = { ...arrays, ...Object.fromEntries(variables) };
      const loss = (tfjs as unknown as Record<string, Loss<tf.Scalar>>)[one.function]!;
      return loss(...one.args.map((name) => given[name]), optionsOf(one, given));
    },
    optimizer: sgd(0.1),
  };
};

const subjects = [
  { name: 'onnx on cpu', backend: () => onnxPlugin.backends!.onnx!(), engine: 'cpu', model: onnxModel },
  { name: 'tfjs on wasm', backend: () => tfjsPlugin.backends!.tfjs!(), engine: 'wasm', model: tfjsModel },
  { name: 'tfjs on cpu', backend: () => tfjsPlugin.backends!.tfjs!(), engine: 'cpu', model: tfjsModel },
];

for (const { name, backend, engine: engineName, model } of subjects) {
  describe(`losses of ${name} equal those of PyTorch`, () => {
    let engine: Engine;
    before(async () => {
      engine = await (await backend()).start({ engine: engineName, searchFrom: [] });
    });
    after(() => engine.dispose());

    async function run(one: ReferenceCase): Promise<{ loss: number; gradients: GradientReport }> {
      const batch: Batch = Object.fromEntries(
        Object.entries(one.arrays).flatMap(([name, array]) => (isParameter(one, name) ? [] : [[name, arrayOf(array)]])),
      );
      // A batch has an array.
      const sample = Object.keys(batch).length > 0 ? batch : { none: tensor(Float32Array.of(0)) };
      const session = await engine.build({ load: model(one), sample, seed: 1 });
      let gradients: GradientReport = new Map();
      const onGradients = (received: GradientReport) => {
        gradients = received;
      };
      try {
        const stats = await session.step(sample, { step: 0, metrics: true, onGradients });
        return { loss: stats.loss!, gradients };
      } finally {
        await session.dispose();
      }
    }

    for (const one of referenceCases) {
      it(one.title, async () => {
        const { loss, gradients } = await run(one);
        expectClose(loss, one.loss, 2e-6, 'loss');
        for (const [name, wanted] of Object.entries(one.gradients)) {
          const found = [...elements(gradients.get(name)!.gradient)].map(Number);
          expect(found).to.have.length(wanted.length);
          for (const [at, value] of wanted.entries()) {
            expectClose(found[at]!, value, 5e-6, `gradient of ${name}[${at}]`);
          }
        }
      });
    }
  });
}
