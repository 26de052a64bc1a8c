import { expect } from 'chai';
import { backoff } from './backoff.js';
import { defaultPace } from './pace.js';

describe('backoff', () => {
  it('doubles up to a minute, with jitter over the upper half', () => {
    const waits = [1, 2, 3, 6, 7, 50].map((failures) => [
      backoff(failures, defaultPace, 0, () => 0),
      backoff(failures, defaultPace, 0, () => 1),
    ]);
    expect(waits).to.deep.equal([
      [500, 1000],
      [1000, 2000],
      [2000, 4000],
      [16_000, 32_000],
      [30_000, 60_000],
      [30_000, 60_000],
    ]);
  });

  it('never waits less than the server requests', () => {
    expect(backoff(1, defaultPace, 7000, () => 0)).to.equal(7000);
    expect(backoff(7, defaultPace, 7000, () => 0)).to.equal(30_000);
  });
});
