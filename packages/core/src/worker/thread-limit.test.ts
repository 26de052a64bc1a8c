import { availableParallelism } from 'node:os';
import { expect } from 'chai';
import { threadLimit } from './thread-limit.js';

describe('threadLimit', () => {
  it('is the number in FORGE_THREADS, or that of the cores', () => {
    expect(threadLimit({ FORGE_THREADS: '3' })).to.equal(3);
    for (const none of [{}, { FORGE_THREADS: '' }]) expect(threadLimit(none)).to.equal(availableParallelism());
    for (const wrong of ['0', '-1', '1.5', 'all', '1e400']) {
      expect(() => threadLimit({ FORGE_THREADS: wrong })).to.throw(
        `FORGE_THREADS is a whole number from 1, not "${wrong}".`,
      );
    }
  });
});
