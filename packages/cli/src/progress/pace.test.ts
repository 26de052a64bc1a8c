import { expect } from 'chai';
import { Pace } from './pace.js';

describe('Pace', () => {
  it('is undefined before two steps', () => {
    const pace = new Pace();
    expect([pace.stepsPerSecond, pace.secondsUntil(10)]).to.deep.equal([undefined, undefined]);
    pace.step(1, 5000);
    expect([pace.stepsPerSecond, pace.secondsUntil(10)]).to.deep.equal([undefined, undefined]);
  });

  it('measures the speed of steps alone, and the time left with evaluations', () => {
    const pace = new Pace();
    for (let step = 1; step <= 11; step++) pace.step(step, step * 100);
    pace.rest(2100);
    for (let step = 12; step <= 21; step++) pace.step(step, 1000 + step * 100);
    expect(pace.stepsPerSecond).to.be.closeTo(10, 1e-9);
    expect(pace.secondsUntil(41)).to.be.closeTo(3, 1e-9);
  });

  it('adapts to a changed speed', () => {
    const pace = new Pace();
    for (let step = 0; step <= 100; step++) pace.step(step, step * 10);
    for (let step = 101; step <= 130; step++) pace.step(step, 1000 + (step - 100) * 1000);
    expect(pace.stepsPerSecond).to.be.closeTo(1, 0.1);
  });

  it('starts from the step at which a run was resumed', () => {
    const pace = new Pace();
    pace.step(1001, 0);
    pace.step(1003, 1000);
    expect(pace.stepsPerSecond).to.equal(2);
    expect(pace.secondsUntil(1005)).to.equal(1);
  });
});
