import { adam, adamw, constant, plateau, sgd, warmup } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import type { Optimizer } from './optimizer.js';
import { UpdateSchedule } from './update-schedule.js';
import { applyUpdates } from './updates.test.support.js';

const start = [1, -2];
const gradientAt = (batch: number) => [Math.sin(batch + 1), 0.5 - batch];

/** Two parameters, `w0` and `w1`, with the same start and gradients. */
async function both(optimizer: Optimizer, batches = 4): Promise<number[][]> {
  const { parameters } = await applyUpdates(optimizer, [start, start], batches, (batch) => [
    gradientAt(batch),
    gradientAt(batch),
  ]);
  return parameters;
}

describe('parameter groups', () => {
  const cases: Record<string, (rate: number, group?: number) => Optimizer> = {
    sgd: (rate, group) => sgd(rate, groupsOf(group)),
    'adam, whose scalars depend on the rate': (rate, group) => adam(rate, groupsOf(group)),
    'adamw, whose decay depends on the rate': (rate, group) => adamw(rate, { weightDecay: 0.3, ...groupsOf(group) }),
    'adam, two batches an update': (rate, group) => adam(rate, { accumulate: 2, ...groupsOf(group) }),
  };
  const groupsOf = (rate: number | undefined) => (rate === undefined ? {} : { groups: [{ parameters: 'w1', rate }] });

  for (const [name, optimizer] of Object.entries(cases)) {
    it(`have a rate of their own: ${name}`, async () => {
      const [slow, fast] = [await both(optimizer(0.1)), await both(optimizer(0.4))];
      expect(await both(optimizer(0.1, 0.4))).to.deep.equal([slow[0], fast[1]]);
      expect(slow[1]).not.to.deep.equal(fast[1]);
    });
  }

  it('may have a schedule', async () => {
    const groups = [{ parameters: ['w1'], rate: warmup(0.4, 3) }];
    const [, scheduled] = await both(sgd(warmup(0.4, 3)));
    expect(await both(sgd(constant(0.1), { groups }))).to.deep.equal([(await both(sgd(0.1)))[0], scheduled]);
  });

  it('must match parameters, and no parameter twice', async () => {
    const failure = (groups: { parameters: string; rate: number }[]) =>
      both(adam(0.1, { groups })).catch(({ code, message }: { code: string; message: string }) => `${code} ${message}`);
    expect(await failure([{ parameters: 'v*', rate: 1 }])).to.equal(
      'MODEL_INVALID adam: groups[0].parameters has the pattern "v*", which matches no parameter of the model.',
    );
    expect(
      await failure([
        { parameters: 'w*', rate: 1 },
        { parameters: 'w1', rate: 2 },
      ]),
    ).to.equal('MODEL_INVALID adam: the parameter w1 is in groups[0] and groups[1].');
  });

  it('are multiplied by a plateau, and replaced by a given rate', () => {
    const schedule = new UpdateSchedule(adam(plateau(0.1), { groups: [{ parameters: 'w1', rate: 0.4 }] }), {
      scale: () => 0.5,
    });
    const rates = (learningRate?: number) => {
      return [schedule.rate({ step: 3, learningRate }), schedule.rate({ step: 3, learningRate }, 0)];
    };
    expect(rates()).to.deep.equal([0.05, 0.2]);
    expect(rates(7)).to.deep.equal([7, 7]);
  });
});
