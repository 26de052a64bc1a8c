import { expect } from 'chai';
import { noticeOf } from './notice-of.js';

const commands = [
  { title: 'Resume', command: 'forge resume churn/1' },
  { title: 'Check its files', command: 'forge runs verify churn/1' },
];
const run = { status: 'completed', reason: null, damage: null, commands, step: 7 } as const;

describe('noticeOf', () => {
  it('is silent about a run that is as it should be', () => {
    expect(noticeOf(run)).to.equal(null);
    expect(noticeOf({ ...run, status: 'running' })).to.equal(null);
    expect(noticeOf({ ...run, status: 'stopped', reason: 'no improvement' })).to.equal(null);
  });

  it('says why a run ended early, and how to resume it', () => {
    const failed = noticeOf({ ...run, status: 'failed', reason: 'The loss is NaN.' })!;
    expect(failed.message).to.equal('The run failed at step 7: The loss is NaN.');
    expect(failed.command).to.equal(commands[0]);
    expect(noticeOf({ ...run, status: 'crashed' })!.message).to.include('its process is gone');
  });

  it('says what is damaged, and how to check it', () => {
    const damage = { message: 'run.json is not JSON.', hint: 'Restore it.' };
    expect(noticeOf({ ...run, status: 'damaged', damage })).to.deep.equal({ ...damage, command: commands[1] });
  });
});
