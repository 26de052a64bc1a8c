import { expect } from 'chai';
import { ForgeError } from '../../errors/forge-error.js';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { withRetries } from './with-retries.js';

describe('withRetries', () => {
  const full = () => new ForgeError('FILE_SYSTEM', 'Cannot save: the disk is full.');

  /** Fails so often, and then succeeds. */
  const attempt = async (failures: readonly Error[], delays = [1, 2]) => {
    const warnings: string[] = [];
    const left = [...failures];
    let tries = 0;
    const work = async () => {
      tries++;
      const failure = left.shift();
      if (failure !== undefined) throw failure;
      return 'saved';
    };
    const end = await withRetries(work, { delays, warn: (message) => warnings.push(message) }).catch(
      (error: Error) => error,
    );
    return { end, tries, warnings };
  };

  it('says nothing where nothing fails', async () => {
    expect(await attempt([])).to.deep.equal({ end: 'saved', tries: 1, warnings: [] });
  });

  it('warns at once of each failure, and tries again', async () => {
    expect(await attempt([full(), full()])).to.deep.equal({
      end: 'saved',
      tries: 3,
      warnings: [
        'Cannot save: the disk is full. Trying again in 0.001 s.',
        'Cannot save: the disk is full. Trying again in 0.002 s.',
      ],
    });
  });

  it('gives up after the last try, with its reason', async () => {
    const last = full();
    const { end, tries, warnings } = await attempt([full(), full(), last]);
    expect([end, tries, warnings.length]).to.deep.equal([last, 3, 2]);
  });

  it('does not try again what no disk can mend', async () => {
    const nan = new ForgeError('LOSS_NOT_FINITE', 'NaN');
    expect(await attempt([nan])).to.deep.equal({ end: nan, tries: 1, warnings: [] });
    const bug = new TypeError('undefined is not a function');
    expect(await attempt([bug])).to.deep.equal({ end: bug, tries: 1, warnings: [] });
    expect(
      await failureOf(() => withRetries(() => Promise.reject(full()), { delays: [], warn() {} })),
    ).to.have.property('code', 'FILE_SYSTEM');
  });
});
