import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  lion,
  momentum,
  nesterov,
  type OptimizerSpec,
  rmsprop,
  sgd,
} from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'chai';
import { updateParameter } from '../engines/kernels/update-parameter.js';
import type { Tf } from '../tf/tf.js';
import { ownUpdater } from './own-updater.js';
import { wasmTf } from './tf.test.support.js';

const specs: Record<string, OptimizerSpec> = {
  sgd: sgd(0.1),
  momentum: momentum(0.1),
  nesterov: nesterov(0.1),
  adam: adam(0.01, { clipNorm: 3, clipValue: 2 }),
  adamw: adamw(0.01, { weightDecay: 0.1, decays: (name) => name === 'w', accumulate: 2 }),
  adamax: adamax(0.01),
  adagrad: adagrad(0.1),
  adadelta: adadelta(1),
  rmsprop: rmsprop(0.01),
  'rmsprop with momentum': rmsprop(0.01, { momentum: 0.5 }),
  lion: lion(0.01, { weightDecay: 0.1 }),
};

describe('the update of a parameter on the wasm engine', () => {
  let tf: Tf;
  before(async () => {
    tf = await wasmTf();
  });

  const values = (size: number, seed: number) =>
    Float32Array.from({ length: size }, (_, at) => Math.sin(12.9898 * (at + 1) * seed) * 10 ** ((at % 7) - 3));

  /** The bits of the parameters and slots after some steps. */
  function train(spec: OptimizerSpec): number[][] {
    const parameters = [
      { name: 'w', variable: tf.variable(tf.tensor2d(values(35, 1), [5, 7])) },
      { name: 'b', variable: tf.variable(tf.scalar(0.5)) },
      { name: 'empty', variable: tf.variable(tf.zeros([0, 3])) },
    ];
    const updater = ownUpdater(tf, spec, parameters);
    for (let step = 0; step < 6; step++) {
      tf.tidy(() => {
        const gradients = [tf.tensor2d(values(35, step + 2), [5, 7]), tf.scalar(step - 2), tf.zeros([0, 3])];
        updater.apply(gradients, step);
      });
    }
    const all: tfjs.Tensor[] = [...parameters.map(({ variable }) => variable), ...updater.slots.values()];
    const bits = all.map((tensor) => Array.from(new Uint32Array(new Float32Array(tensor.dataSync()).buffer)));
    updater.dispose();
    tf.dispose(parameters.map(({ variable }) => variable));
    return bits;
  }

  for (const [name, spec] of Object.entries(specs)) {
    it(`in one pass has the bits of the formula over tensors: ${name}`, () => {
      const kernel = tf.getKernel(updateParameter, 'wasm');
      const inOnePass = train(spec);
      tf.unregisterKernel(updateParameter, 'wasm');
      try {
        expect(train(spec)).to.deep.equal(inOnePass);
      } finally {
        tf.registerKernel(kernel);
      }
    });
  }

  it('does not change copies of the parameter', () => {
    const variable = tf.variable(tf.ones([4]));
    const copy = variable.clone();
    const updater = ownUpdater(tf, sgd(0.5), [{ name: 'w', variable }]);
    tf.tidy(() => updater.apply([tf.ones([4])], 0));
    expect([...variable.dataSync()]).to.deep.equal([0.5, 0.5, 0.5, 0.5]);
    expect([...copy.dataSync()]).to.deep.equal([1, 1, 1, 1]);
    updater.dispose();
    tf.dispose([variable, copy]);
  });

  it('keeps no memory', () => {
    const variable = tf.variable(tf.ones([64, 64]));
    const updater = ownUpdater(tf, adam(0.1), [{ name: 'w', variable }]);
    const step = () => tf.tidy(() => updater.apply([tf.ones([64, 64])], 0));
    step();
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    for (let repeat = 0; repeat < 20; repeat++) step();
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).to.deep.equal(before);
    updater.dispose();
    variable.dispose();
  });
});
