import { expect } from 'chai';
import { optimizerSettings } from './optimizer-settings.js';
import { afterEvaluation, freshMemory, type Plateau, plateau } from './plateau.js';
import { warmup } from './schedules.js';

/** The scale of the rate after each of the values. */
function scales(settings: Plateau, values: readonly number[]): number[] {
  let memory = freshMemory(settings);
  return values.map((value) => {
    memory = afterEvaluation(settings, memory, value);
    return memory.scale;
  });
}

describe('plateau', () => {
  it('lowers the rate after `patience` evaluations without improvement, and then waits again', () => {
    const settings = plateau(1, { patience: 2, factor: 0.5 });
    expect(scales(settings, [5, 4, 4.5, 3, 3, 3.5, 3, 3, 2])).to.deep.equal([1, 1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25]);
  });

  it('requires an improvement of more than minDelta, and NaN is none', () => {
    const settings = plateau(1, { patience: 1, factor: 0.5, minDelta: 0.1 });
    expect(scales(settings, [1, 0.95, 0.8, Number.NaN])).to.deep.equal([1, 0.5, 0.5, 0.25]);
  });

  it('supports a metric to maximize, and stops at minScale', () => {
    const settings = plateau(1, { metric: 'accuracy', mode: 'max', patience: 1, minScale: 0.05 });
    expect(scales(settings, [0.5, 0.6, 0.6, 0.6, 0.6])).to.deep.equal([1, 1, 0.1, 0.05, 0.05]);
  });

  it('infers the direction from the name or address of a known metric only', () => {
    const watched = (metric: string) => {
      const { metric: name, mode } = plateau(1, { metric });
      return `${name} ${mode}`;
    };
    expect(['loss', 'accuracy', 'valid.rmse', 'valid.top.5:max', 'score:min'].map(watched)).to.deep.equal([
      'loss min',
      'accuracy max',
      'rmse min',
      'top.5 max',
      'score min',
    ]);
    expect(plateau(1, { metric: 'score', mode: 'max' }).mode).to.equal('max');
    expect(() => plateau(1, { metric: 'score' }))
      .to.throw('a lower or a higher score is better')
      .with.property('code', 'METRIC_INVALID');
  });

  it('wraps other schedules, and cannot be inside them', () => {
    const { rate, plateau: around } = optimizerSettings('sgd', plateau(warmup(0.2, 2)), {});
    expect([rate(0), rate(1), around?.metric]).to.deep.equal([0.1, 0.2, 'loss']);
    const inside = plateau(0.1) as unknown as number;
    expect(() => warmup(inside, 2))
      .to.throw('a learning rate must be a number of at least 0, not an object with schedule')
      .with.property('code', 'MODEL_INVALID');
  });

  it('refuses invalid settings', () => {
    expect(() => plateau(0.1, { patience: 0 })).to.throw('patience');
    expect(() => plateau(0.1, { factor: 1 })).to.throw('factor');
    expect(() => plateau(0.1, { mode: 'up' as 'max' })).to.throw('min or max');
    expect(() => plateau(-1)).to.throw('-1');
  });
});
