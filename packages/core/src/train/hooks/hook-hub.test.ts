import { expect } from 'chai';
import { ForgeError } from '../../errors/forge-error.js';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { HookHub, joinHooks } from './hook-hub.js';

const progress = { step: 1, epoch: 0, totalSteps: 2 };
const end = { status: 'failed', reason: null, progress, metrics: {} } as const;
const control = { stop() {} };

describe('HookHub', () => {
  it('has no step hook if no plugin has one', () => {
    expect(new HookHub({ reporter: { report() {} } }, () => {}).step).to.equal(undefined);
    expect(joinHooks({}, new HookHub({}, () => {}))).to.not.have.property('step');
  });

  it('disables a hook that fails, with a warning, and calls the others', async () => {
    const [seen, warnings]: [string[], string[]] = [[], []];
    const faulty = {
      step: () => {
        throw new Error('no ink');
      },
      end: () => void seen.push('faulty'),
    };
    const working = { step: () => void seen.push('step'), end: () => void seen.push('end') };
    const hub = new HookHub({ faulty, working }, (message) => warnings.push(message));
    hub.step?.(progress, control);
    hub.step?.(progress, control);
    await hub.end(end);
    expect(seen).to.deep.equal(['step', 'step', 'end']);
    expect(warnings).to.deep.equal(['Disabled the hook faulty, which failed at step: no ink']);
  });
});

describe('joinHooks', () => {
  it('calls both in order, and at the end the second even if the first fails', async () => {
    const seen: string[] = [];
    const recording = (name: string) => ({
      start: () => void seen.push(`${name} start`),
      step: () => void seen.push(`${name} step`),
      end: () => void seen.push(`${name} end`),
    });
    const failing = { ...recording('a'), end: () => Promise.reject(new ForgeError('USAGE', 'failed')) };
    const hooks = joinHooks(failing, recording('b'));
    await hooks.start?.(progress, control);
    hooks.step?.(progress, control);
    expect((await failureOf(async () => hooks.end?.(end))).message).to.equal('failed');
    expect(seen).to.deep.equal(['a start', 'b start', 'a step', 'b step', 'b end']);
  });
});
