import { expect } from 'chai';
import { ForgeError } from '../../errors/forge-error.js';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { withRetries } from './with-retries.js';

describe('withRetries', () => {
  const full = () => new ForgeError('FILE_SYSTEM', 'Cannot save: the disk is full.');

  /** Fails with each of these errors in turn, then succeeds. */
  const attempt = async (failures: readonly Error[], delays = [1, 2]) => {
    const warnings: string[] = [];
    const remaining = [...failures];
    let tries = 0;
    const work = async () => {
      tries++;
      const failure = remaining.shift();
      if (failure !== undefined) throw failure;
      return 'saved';
    };
    const end = await withRetries(work, { delays, warn: (message) => warnings.push(message) }).catch(
      (error: Error) => error,
    );
    return { end, tries, warnings };
  };

  it('warns of nothing when nothing fails', async () => {
    expect(await attempt([])).to.deep.equal({ end: 'saved', tries: 1, warnings: [] });
  });

  it('warns of each failure immediately, and retries', async () => {
    expect(await attempt([full(), full()])).to.deep.equal({
      end: 'saved',
      tries: 3,
      warnings: [
        'Cannot save: the disk is full. Retrying in 0.001 s.',
        'Cannot save: the disk is full. Retrying in 0.002 s.',
      ],
    });
  });

  it('fails with the last error after the last attempt', async () => {
    const last = full();
    const { end, tries, warnings } = await attempt([full(), full(), last]);
    expect([end, tries, warnings.length]).to.deep.equal([last, 3, 2]);
  });

  it('does not retry errors other than those of the file system', async () => {
    const nan = new ForgeError('LOSS_NOT_FINITE', 'NaN');
    expect(await attempt([nan])).to.deep.equal({ end: nan, tries: 1, warnings: [] });
    const bug = new TypeError('undefined is not a function');
    expect(await attempt([bug])).to.deep.equal({ end: bug, tries: 1, warnings: [] });
    expect(
      await failureOf(() => withRetries(() => Promise.reject(full()), { delays: [], warn() {} })),
    ).to.have.property('code', 'FILE_SYSTEM');
  });
});
