import { expect } from 'chai';
import { ForgeError } from '../../errors/forge-error.js';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { HookHub, joinHooks } from './hook-hub.js';

const progress = { step: 1, epoch: 0, totalSteps: 2 };
const end = { status: 'failed', progress, metrics: {} } as const;

describe('HookHub', () => {
  it('has no step where nobody wants one', () => {
    expect(new HookHub({ calm: { report() {} } }, () => {}).step).to.equal(undefined);
    expect(joinHooks({}, new HookHub({}, () => {}))).to.not.have.property('step');
  });

  it('names the hook and the place, and calls the others', async () => {
    const [seen, warnings]: [string[], string[]] = [[], []];
    const faulty = {
      step: () => {
        throw new Error('no ink');
      },
      end: () => void seen.push('faulty'),
    };
    const sound = { step: () => void seen.push('step'), end: () => void seen.push('end') };
    const hub = new HookHub({ faulty, sound }, (message) => warnings.push(message));
    hub.step?.(progress);
    hub.step?.(progress);
    await hub.end(end);
    expect(seen).to.deep.equal(['step', 'step', 'end']);
    expect(warnings).to.deep.equal(['The hook faulty failed at step, and is left out from here on: no ink']);
  });
});

describe('joinHooks', () => {
  it('calls both in order, and the second at the end even where the first fails', async () => {
    const seen: string[] = [];
    const say = (name: string) => ({
      start: () => void seen.push(`${name} start`),
      step: () => void seen.push(`${name} step`),
      end: () => void seen.push(`${name} end`),
    });
    const failing = { ...say('a'), end: () => Promise.reject(new ForgeError('USAGE', 'no door')) };
    const hooks = joinHooks(failing, say('b'));
    await hooks.start?.(progress);
    hooks.step?.(progress);
    expect((await failureOf(async () => hooks.end?.(end))).message).to.equal('no door');
    expect(seen).to.deep.equal(['a start', 'b start', 'a step', 'b step', 'b end']);
  });
});
