import { stat } from 'node:fs/promises';
import { expect } from 'chai';
import type { LoopRun } from './loop-request.js';
import { open, run, sevenExamples } from './toy-loop.test.support.js';

/** Blocks the thread, as a synchronous engine does. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('a background save during steps that block the thread', () => {
  it('finishes a few steps later, however many calls it makes', async () => {
    const train = sevenExamples();
    const session = await open(train);
    const slow = {
      ...session,
      step: (...request: Parameters<typeof session.step>) => {
        block(60);
        return session.step(...request);
      },
    };
    let saving = false;
    let now = 0;
    const lag: number[] = [];
    const saveInBackground = async (step: number) => {
      saving = true;
      for (let call = 0; call < 40; call++) await stat('.');
      saving = false;
      lag.push(now - step);
    };
    const loopRun: LoopRun = {
      log: () => undefined,
      save: async ({ step }) => void saveInBackground(step),
      get savingHere() {
        return saving;
      },
    };
    await run({
      session: slow,
      train,
      run: loopRun,
      limits: { steps: 24, epochs: 99 },
      saveDue: (step) => step === 2,
      hooks: {
        step({ step }) {
          now = step;
        },
      },
    });
    expect(lag[0]).to.be.lessThan(10);
  }).timeout(10_000);
});
