import { adamw, type OptimizerSpec } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import type { Tf } from '../tf/tf.js';
import type { CustomOptimizer, Optimizer } from './optimizer.js';
import { cpuTf } from './tf.test.support.js';
import { runTrial } from './updates.test.support.js';

/** AdamW without the corrections of the bias. */
const custom: CustomOptimizer<'m' | 'v'> = {
  name: 'custom',
  rate: (step) => 0.1 / (step + 1),
  slots: { m: 0, v: 0.5 },
  groups: [{ parameters: ['b'], rate: () => 0.4 }],
  update({ tf, name, parameter, gradient, slots, rate }) {
    const m = tf.add(tf.mul(slots.m, 0.9), tf.mul(gradient, 1 - 0.9));
    const v = tf.add(tf.mul(slots.v, 0.99), tf.mul(tf.square(gradient), 1 - 0.99));
    const decayed = name === 'a' ? parameter : tf.mul(parameter, 1 - rate * 0.3);
    return { parameter: tf.sub(decayed, tf.mul(tf.div(m, tf.add(tf.sqrt(v), 1e-3)), rate)), slots: { m, v } };
  },
};

describe("a person's own optimizer", () => {
  let tf: Tf;
  before(async () => {
    tf = await cpuTf();
  });

  const initial = { a: [1, 2], b: [3, 4] };
  const after = (optimizer: Optimizer) =>
    runTrial(tf, {
      optimizer,
      initial,
      steps: 4,
      gradients: (step) => ({ a: [Math.sin(step), 1], b: [0.5 - step, 2] }),
    });

  it('computes what its update says, as the same data does by its formula', () => {
    const same: OptimizerSpec = {
      ...adamw(custom.rate, { weightDecay: 0.3, decays: (name) => name !== 'a' }),
      groups: custom.groups,
      slots: custom.slots,
      constants: {
        fixed: { beta1: 0.9, rest1: 1 - 0.9, beta2: 0.99, rest2: 1 - 0.99, epsilon: 1e-3 },
        perStep: { scale: (_, rate) => rate },
      },
    };
    expect(after(custom)).to.deep.equal(after(same));
  });

  it('may be one of Forge with another update', () => {
    const still: Optimizer = {
      ...adamw(1),
      update: ({ parameter, slots: { m, v } }) => ({
        parameter: parameter.clone(),
        slots: { m: m!.clone(), v: v!.clone() },
      }),
    };
    expect(after(still).parameters).to.deep.equal(initial);
  });
});
