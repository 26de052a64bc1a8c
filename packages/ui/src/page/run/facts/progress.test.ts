import { expect } from 'chai';
import { doneShare, roughDuration, secondsLeft } from './progress.js';

const run = { status: 'running', step: 250, totalSteps: 1000, seconds: 60 } as const;

describe('the progress of a run', () => {
  it('has the time left, as fast as until now', () => {
    expect(doneShare(run)).to.equal(0.25);
    expect(secondsLeft(run)).to.equal(180);
  });

  it('has no time left where nothing is known of it, or nothing trains', () => {
    expect(secondsLeft({ ...run, status: 'completed' })).to.equal(null);
    expect(secondsLeft({ ...run, step: 0 })).to.equal(null);
    expect(secondsLeft({ ...run, seconds: null })).to.equal(null);
    expect(secondsLeft({ ...run, totalSteps: null })).to.equal(null);
    expect(doneShare({ ...run, totalSteps: null })).to.equal(null);
  });

  it('is at its end when a run trains longer than it said', () => {
    expect(doneShare({ ...run, step: 1200 })).to.equal(1);
    expect(secondsLeft({ ...run, step: 1200 })).to.equal(0);
  });
});

it('roughDuration rounds', () => {
  expect([42.4, 100, 3600, 9000, 200_000].map(roughDuration)).to.deep.equal([
    '42 s',
    '2 min',
    '60 min',
    '3 h',
    '2 days',
  ]);
});
