import { expect } from 'chai';
import { constant, cosineDecay, exponentialDecay, stepDecay, warmup } from './schedules.js';

describe('schedules', () => {
  it('constant does not change', () => {
    expect([0, 1, 1e6].map(constant(0.3))).to.deep.equal([0.3, 0.3, 0.3]);
  });

  it('exponentialDecay decays smoothly, or in steps', () => {
    const smooth = exponentialDecay(2, { decaySteps: 10, decayRate: 0.25 });
    expect([0, 5, 10, 20].map(smooth)).to.deep.equal([2, 1, 0.5, 0.125]);
    const stairs = exponentialDecay(2, { decaySteps: 10, decayRate: 0.25, staircase: true });
    expect([0, 9, 10, 19, 20].map(stairs)).to.deep.equal([2, 2, 0.5, 0.5, 0.125]);
  });

  it('cosineDecay follows half a cosine, then stays at its end value', () => {
    const schedule = cosineDecay(1, { decaySteps: 100, end: 0.2 });
    expect(schedule(0)).to.equal(1);
    expect(schedule(25)).to.be.closeTo(0.2 + 0.8 * (0.5 + Math.SQRT1_2 / 2), 1e-12);
    expect(schedule(50)).to.be.closeTo(0.6, 1e-12);
    expect([100, 101, 1e6].map(schedule)).to.deep.equal([0.2, 0.2, 0.2]);
    expect(cosineDecay(1, { decaySteps: 10 })(10)).to.equal(0);
  });

  it('stepDecay drops at a fixed interval', () => {
    expect([0, 9, 10, 20].map(stepDecay(1, { every: 10, factor: 0.5 }))).to.deep.equal([1, 1, 0.5, 0.25]);
    expect(stepDecay(1, { every: 10 })(10)).to.equal(0.1);
  });

  it('warmup rises to the first rate, then runs the schedule from its start', () => {
    const schedule = warmup(stepDecay(1, { every: 2, factor: 0.5 }), 4);
    expect([0, 1, 2, 3, 4, 5, 6].map(schedule)).to.deep.equal([0.25, 0.5, 0.75, 1, 1, 1, 0.5]);
    expect([0, 1, 9].map(warmup(0.2, 2))).to.deep.equal([0.1, 0.2, 0.2]);
  });

  it('refuses invalid settings', () => {
    expect(() => cosineDecay(1, { decaySteps: 0 }))
      .to.throw('decaySteps')
      .with.property('code', 'MODEL_INVALID');
    expect(() => constant(Number.POSITIVE_INFINITY)).to.throw('Infinity');
    expect(() => warmup(0.1, -1)).to.throw('steps');
    expect(() => warmup('1' as unknown as number, 10)).to.throw('must be a number of at least 0, not "1"');
    expect(() => warmup(0.1, '10' as unknown as number)).to.throw('steps must be a number above 0, not "10"');
    const follower = { schedule: constant(1), metric: 'loss' } as unknown as number;
    expect(() => warmup(follower, 10)).to.throw(
      'warmup: a learning rate must be a number of at least 0, not an object with',
    );
  });
});
