import { adadelta, adagrad, adam, adamax, adamw, lion, momentum, nesterov, rmsprop, sgd } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import type { Optimizer } from './optimizer.js';
import { applyUpdates } from './updates.test.support.js';

const steps = 5;
const start = [0.5, -1.25, 2, 0.01];
/** Gradients of different sizes and signs, one of them zero at times. */
const gradientAt = (step: number): number[] => [Math.sin(step + 1), -0.3 * (step + 1), step % 2 === 0 ? 0 : 4, 1e-3];

/** One element's trajectory in doubles, written from the papers: `next` gives the new parameter. */
function trajectory(next: (p: number, g: number, s: Record<string, number>, t: number) => number): number[] {
  return start.map((initial, element) => {
    const state: Record<string, number> = {};
    let parameter = initial;
    for (let step = 0; step < steps; step++) parameter = next(parameter, gradientAt(step)[element]!, state, step + 1);
    return parameter;
  });
}

const cases: {
  readonly optimizer: Optimizer;
  readonly paper: Parameters<typeof trajectory>[0];
}[] = [
  { optimizer: sgd(0.1), paper: (p, g) => p - 0.1 * g },
  {
    optimizer: momentum(0.1, { momentum: 0.8 }),
    paper: (p, g, s) => {
      s.v = 0.8 * (s.v ?? 0) + g;
      return p - 0.1 * s.v;
    },
  },
  {
    optimizer: nesterov(0.1),
    paper: (p, g, s) => {
      s.v = 0.9 * (s.v ?? 0) + g;
      return p - 0.1 * (g + 0.9 * s.v);
    },
  },
  {
    optimizer: rmsprop(0.01, { momentum: 0.5 }),
    paper: (p, g, s) => {
      s.s = 0.9 * (s.s ?? 0) + 0.1 * g * g;
      s.c = 0.5 * (s.c ?? 0) + (0.01 * g) / Math.sqrt(s.s + 1e-7);
      return p - s.c;
    },
  },
  {
    optimizer: rmsprop(0.01, { decay: 0.7, epsilon: 1e-3 }),
    paper: (p, g, s) => {
      s.s = 0.7 * (s.s ?? 0) + 0.3 * g * g;
      return p - (0.01 * g) / Math.sqrt(s.s + 1e-3);
    },
  },
  {
    optimizer: adagrad(0.1),
    paper: (p, g, s) => {
      s.s = (s.s ?? 0.1) + g * g;
      return p - (0.1 * g) / Math.sqrt(s.s + 1e-7);
    },
  },
  {
    optimizer: adadelta(1, { epsilon: 1e-6 }),
    paper: (p, g, s) => {
      s.s = 0.95 * (s.s ?? 0) + 0.05 * g * g;
      const change = (Math.sqrt((s.u ?? 0) + 1e-6) / Math.sqrt(s.s + 1e-6)) * g;
      s.u = 0.95 * (s.u ?? 0) + 0.05 * change * change;
      return p - change;
    },
  },
  {
    optimizer: adam(0.05),
    paper: (p, g, s, t) => adamStep(s, g, t, 0.05, (change) => p - change),
  },
  {
    optimizer: adamw(0.05, { weightDecay: 0.1 }),
    paper: (p, g, s, t) => adamStep(s, g, t, 0.05, (change) => p * (1 - 0.05 * 0.1) - change),
  },
  {
    optimizer: adamw(0.05, { weightDecay: 0.1, decays: (name) => name !== 'w' }),
    paper: (p, g, s, t) => adamStep(s, g, t, 0.05, (change) => p - change),
  },
  {
    optimizer: adamax(0.05),
    paper: (p, g, s, t) => {
      s.m = 0.9 * (s.m ?? 0) + 0.1 * g;
      s.u = Math.max(0.999 * (s.u ?? 0), Math.abs(g));
      return p - ((0.05 / (1 - 0.9 ** t)) * s.m) / (s.u + 1e-7);
    },
  },
  {
    optimizer: lion(0.01, { weightDecay: 0.2 }),
    paper: (p, g, s) => {
      const direction = Math.sign(0.9 * (s.m ?? 0) + 0.1 * g);
      s.m = 0.99 * (s.m ?? 0) + 0.01 * g;
      return p * (1 - 0.01 * 0.2) - 0.01 * direction;
    },
  },
];

function adamStep(
  s: Record<string, number>,
  g: number,
  t: number,
  rate: number,
  finish: (change: number) => number,
): number {
  s.m = 0.9 * (s.m ?? 0) + 0.1 * g;
  s.v = 0.999 * (s.v ?? 0) + 0.001 * g * g;
  return finish((rate * (s.m / (1 - 0.9 ** t))) / (Math.sqrt(s.v / (1 - 0.999 ** t)) + 1e-7));
}

describe('optimizers', () => {
  async function run(optimizer: Optimizer): Promise<number[]> {
    const { parameters } = await applyUpdates(optimizer, [start], steps, (step) => [gradientAt(step)]);
    return parameters[0]!;
  }

  function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
    for (const [index, value] of expected.entries()) {
      expect(actual[index], `element ${index}`).to.be.closeTo(value, tolerance * Math.max(1, Math.abs(value)));
    }
  }

  for (const { optimizer, paper } of cases) {
    it(`${optimizer.name} updates as in its paper`, async () => {
      expectClose(await run(optimizer), trajectory(paper), 2e-6);
    });
  }

  it('does not change parameters without a gradient, nor their slots', async () => {
    const { parameters, slots } = await applyUpdates(adam(0.1), [[1], [2]], 1, () => [null, [1]]);
    expect(parameters[0]).to.deep.equal([1]);
    expect(slots.get('w0/m')).to.deep.equal([0]);
    expectClose(parameters[1]!, [1.9], 1e-6);
    expectClose(slots.get('w1/m')!, [0.1], 1e-6);
  });

  it('calls the schedule for the rate of each step', async () => {
    const asked: number[] = [];
    const optimizer = sgd((step) => {
      asked.push(step);
      return step === 3 ? 1 : 0;
    });
    expectClose(
      await run(optimizer),
      start.map((value, index) => value - gradientAt(3)[index]!),
      1e-6,
    );
    expect(asked).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('limits gradients by value, then by their joint norm', async () => {
    const updated = async (optimizer: Optimizer, gradients: number[][]): Promise<number[][]> => {
      const zeros = gradients.map((gradient) => gradient.map(() => 0));
      const { parameters } = await applyUpdates(optimizer, zeros, 1, () => gradients);
      return parameters.map((values) => values.map((value) => 0 - value));
    };
    expect(await updated(sgd(1, { clipNorm: 6.5 }), [[3, 4], [12]])).to.deep.equal([[1.5, 2], [6]]);
    expect(await updated(sgd(1, { clipNorm: 13 }), [[3, 4], [12]])).to.deep.equal([[3, 4], [12]]);
    expect(await updated(sgd(1, { clipNorm: 100 }), [[3, 4], [12]])).to.deep.equal([[3, 4], [12]]);
    expect(await updated(sgd(1, { clipValue: 2 }), [[3, -4], [1]])).to.deep.equal([[2, -2], [1]]);
    expect(await updated(sgd(1, { clipValue: 4, clipNorm: 2.5 }), [[3, 9], [0]])).to.deep.equal([[1.5, 2], [0]]);
  });

  it('rejects invalid settings', () => {
    expect(() => adam(Number.NaN))
      .to.throw('adam: a learning rate must be a number of at least 0, not NaN')
      .with.property('code', 'MODEL_INVALID');
    expect(() => sgd(-1)).to.throw('-1');
    expect(() => adam(0.1, { beta1: 1 })).to.throw('beta1');
    expect(() => momentum(0.1, { momentum: 1.5 })).to.throw('momentum');
    expect(() => adamw(0.1, { weightDecay: -1 })).to.throw('weightDecay');
    expect(() => sgd(0.1, { clipNorm: 0 })).to.throw('clipNorm');
  });
});
