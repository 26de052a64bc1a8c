import { adamw } from '@forge-ml/core/plugin';
import { add, div, mul, sqrt, sub } from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import type { CustomOptimizer, Optimizer } from './optimizer.js';
import { applyUpdates } from './updates.test.support.js';

/** AdamW without the corrections of the bias, by operators of the graph. */
const custom: CustomOptimizer<'m' | 'v'> = {
  name: 'custom',
  rate: (step) => 0.1 / (step + 1),
  slots: { m: 0, v: 0.5 },
  groups: [{ parameters: ['w1'], rate: () => 0.4 }],
  update({ name, parameter, gradient, slots, rate, perStep }) {
    const m = add(mul(slots.m, 0.9), mul(gradient, 1 - 0.9));
    const v = add(mul(slots.v, 0.99), mul(mul(gradient, gradient), 1 - 0.99));
    const kept = perStep('kept', (_, rate) => 1 - rate * 0.3);
    const decayed = name === 'w0' ? parameter : mul(parameter, kept);
    return { parameter: sub(decayed, mul(div(m, add(sqrt(v), 1e-3)), rate)), slots: { m, v } };
  },
};

const gradients = (step: number) => [
  [Math.sin(step), 1],
  [0.5 - step, 2],
];
const after = (optimizer: Optimizer) =>
  applyUpdates(
    optimizer,
    [
      [1, 2],
      [3, 4],
    ],
    4,
    gradients,
  );

describe("a person's own optimizer", () => {
  it('computes what its update says, as the same data does by its formula', async () => {
    const same: Optimizer = {
      ...adamw(custom.rate, { weightDecay: 0.3, decays: (name) => name !== 'w0', beta2: 0.99 }),
      groups: custom.groups,
      slots: custom.slots,
      constants: {
        fixed: { beta1: 0.9, rest1: 1 - 0.9, beta2: 0.99, rest2: 1 - 0.99, epsilon: 1e-3 },
        perStep: { scale: (_, rate) => rate },
      },
    };
    expect(await after(custom)).to.deep.equal(await after(same));
  });

  it('may be one of Forge with another update', async () => {
    const still: Optimizer = {
      ...adamw(1),
      update: ({ parameter, slots: { m, v } }) => ({ parameter, slots: { m: m!, v: v! } }),
    };
    expect((await after(still)).parameters).to.deep.equal([
      [1, 2],
      [3, 4],
    ]);
  });

  it('must return a value for each of its slots', async () => {
    const forgets: CustomOptimizer = { ...custom, update: ({ parameter }) => ({ parameter, slots: {} }) };
    const error = await after(forgets).catch((error: unknown) => error);
    expect(error).to.include({
      code: 'MODEL_INVALID',
      message: 'The update of the optimizer custom returns no value for its slot m.',
    });
  });
});
