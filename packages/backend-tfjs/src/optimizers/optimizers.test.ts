import { adagrad, adam, adamax, momentum, nesterov, rmsprop, sgd } from '@forge-ml/core/plugin';
import { describeOptimizerConformance } from '@forge-ml/core/testing';
import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'chai';
import type { Tf } from '../tf/tf.js';
import type { Optimizer } from './optimizer.js';
import { cpuTf, wasmTf } from './tf.test.support.js';
import { runTrial } from './updates.test.support.js';

describeOptimizerConformance({ name: 'tfjs on cpu', update: async (trial) => runTrial(await cpuTf(), trial) });
describeOptimizerConformance({ name: 'tfjs on wasm', update: async (trial) => runTrial(await wasmTf(), trial) });

describe('optimizers, against those of tf.train', () => {
  let tf: Tf;
  before(async () => {
    tf = await cpuTf();
  });

  const steps = 5;
  const start = [0.5, -1.25, 2, 0.01];
  const gradientAt = (step: number): number[] => [Math.sin(step + 1), -0.3 * (step + 1), step % 2 === 0 ? 0 : 4, 1e-3];

  // Not adadelta: tf.train.adadelta scales by the mean square of the step before.
  const cases: Record<string, { ours: Optimizer; theirs: (train: Tf['train']) => tfjs.Optimizer }> = {
    sgd: { ours: sgd(0.1), theirs: (train) => train.sgd(0.1) },
    momentum: { ours: momentum(0.1, { momentum: 0.8 }), theirs: (train) => train.momentum(0.1, 0.8) },
    nesterov: { ours: nesterov(0.1), theirs: (train) => train.momentum(0.1, 0.9, true) },
    'rmsprop with momentum': {
      ours: rmsprop(0.01, { momentum: 0.5 }),
      theirs: (train) => train.rmsprop(0.01, 0.9, 0.5),
    },
    rmsprop: {
      ours: rmsprop(0.01, { decay: 0.7, epsilon: 1e-3 }),
      theirs: (train) => train.rmsprop(0.01, 0.7, 0, 1e-3),
    },
    adagrad: { ours: adagrad(0.1), theirs: (train) => train.adagrad(0.1) },
    adam: { ours: adam(0.05), theirs: (train) => train.adam(0.05) },
    adamax: { ours: adamax(0.05), theirs: (train) => train.adamax(0.05, 0.9, 0.999) },
  };

  function runTheirs(optimizer: tfjs.Optimizer): number[] {
    return tf.tidy(() => {
      const variable = tf.variable(tf.tensor1d(start), true, 'theirs');
      for (let step = 0; step < steps; step++) optimizer.applyGradients({ theirs: tf.tensor1d(gradientAt(step)) });
      const values = [...variable.dataSync()];
      optimizer.dispose();
      variable.dispose();
      return values;
    });
  }

  for (const [name, { ours, theirs }] of Object.entries(cases)) {
    it(name, () => {
      const trial = {
        optimizer: ours,
        initial: { w: start },
        steps,
        gradients: (step: number) => ({ w: gradientAt(step) }),
      };
      const { w } = runTrial(tf, trial).parameters;
      // tf.train.adam keeps its powers of beta in float32: 1 - 0.999 is then off by 5e-5.
      const tolerance = name === 'adam' ? 1e-5 : 2e-6;
      for (const [index, value] of runTheirs(theirs(tf.train)).entries()) {
        expect(w![index], `element ${index}`).to.be.closeTo(value, tolerance * Math.max(1, Math.abs(value)));
      }
    });
  }
});
