import { expect } from 'chai';
import type { StepRequest } from '../../backend/backend.js';
import { isMedia } from '../../metrics/media-value.js';
import { tensor } from '../../tensor/tensor-data.js';
import { GradientLog } from './gradient-log.js';

describe('GradientLog', () => {
  const report = new Map([
    ['w', { gradient: tensor(Float32Array.of(3, 4)), parameterNorm: 10, updateNorm: 0.01 }],
    ['b', { gradient: tensor(Float32Array.of(12)), parameterNorm: 0, updateNorm: 0.5 }],
  ]);

  it('asks for gradients when they are due, and logs norms, ratios and histograms', () => {
    const logged: unknown[] = [];
    const log = new GradientLog(2, (line) => logged.push(line));
    const asked: number[] = [];
    const session = log.session({
      fused: { most: 2, steps: () => [] },
      step(_: unknown, { step, onGradients }: StepRequest) {
        if (onGradients !== undefined) asked.push(step);
        onGradients?.(report);
        return { loss: 1 };
      },
      evaluate: (_: object) => ({ loss: 2 }),
    });
    expect(session.fused).to.equal(undefined);
    expect(session.evaluate({})).to.deep.equal({ loss: 2 });
    for (const step of [0, 1, 2, 3]) {
      session.step({}, { step, metrics: true });
      log.step({ step: step + 1, epoch: 0, totalSteps: 4 });
    }
    expect(asked).to.deep.equal([1, 3]);
    expect(logged).to.have.length(2);
    const { step, split, values } = logged[0] as { step: number; split: string; values: Record<string, unknown> };
    expect([step, split]).to.deep.equal([2, 'gradients']);
    const { w, b, ...numbers } = values;
    expect(numbers).to.deep.equal({ norm: 13, 'norm/w': 5, 'norm/b': 12, 'ratio/w': 0.001 });
    expect([w, b].every(isMedia)).to.equal(true);
  });
});
