import { expect } from 'chai';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { ProfiledPhase } from './profiled-phase.js';
import { profiledSession } from './profiled-session.js';
import { StepProfile } from './step-profile.js';
import { traceFile } from './trace-file.js';

describe('StepProfile', () => {
  /** Two steps of 10 ms: 2 of data, 7 of the step (1 copy, 5 compute), 1 of the log. */
  function recorded(steps = 2): StepProfile {
    const profile = new StepProfile(steps);
    for (const step of [0, 1, 2]) {
      const at = 1000 + step * 10;
      profile.enter('read', step, at);
      profile.enter('step', step, at + 2);
      profile.add('copy', at + 2, at + 3);
      profile.add('compute', at + 3, at + 8);
      profile.enter('hook', step, at + 9);
    }
    profile.leave(1030);
    return profile;
  }

  it('sums the parts of the first steps', () => {
    const { steps, seconds, parts } = recorded().summary;
    expect([steps, seconds]).to.deep.equal([2, 0.02]);
    for (const [part, expected] of Object.entries({ data: 4, step: 14, copy: 2, compute: 10, log: 2 })) {
      expect(parts[part as 'data'], part).to.be.closeTo(expected / 1000, 1e-12);
    }
  });

  it('records no more than it was asked for, and nothing of phases without a part', () => {
    const profile = recorded(1);
    expect(profile.active).to.equal(false);
    expect(profile.spans.every(({ step }) => step === 0)).to.equal(true);
    const quiet = new StepProfile(3);
    quiet.enter('build', 0, 5);
    quiet.leave(10);
    expect(quiet.summary).to.deep.equal({ steps: 0, seconds: 0, parts: {} });
  });

  it('writes a trace of nested events in microseconds', () => {
    const { traceEvents } = JSON.parse(traceFile(recorded(1).spans));
    expect(
      traceEvents.map(({ name, ts, dur, args }: never[] & Record<string, never>) => [name, ts, dur, args]),
    ).to.deep.equal([
      ['data', 0, 2000, { step: 0 }],
      ['step', 2000, 7000, { step: 0 }],
      ['copy', 2000, 1000, { step: 0 }],
      ['compute', 3000, 5000, { step: 0 }],
      ['log', 9000, 1000, { step: 0 }],
    ]);
    expect(JSON.parse(traceFile([])).traceEvents).to.deep.equal([]);
  });

  it('follows the phases of a run, and asks a session for spans while it is active', async () => {
    const profile = new StepProfile(1);
    const phase = new ProfiledPhase({ backend: 'toy', data: 'data.ts', model: 'model.ts' }, profile);
    class Session {
      readonly #asked: boolean[] = [];
      get asked() {
        return this.#asked;
      }
      readonly fused = { most: 2, steps: (_: unknown, request: object) => [this.step(_, request)] };
      step(_: unknown, request: { onSpan?: (part: 'copy', start: number, end: number) => void }) {
        this.#asked.push(request.onSpan !== undefined);
        request.onSpan?.('copy', 1, 2);
        return { loss: 1 };
      }
      evaluate() {
        return { loss: this.#asked.length };
      }
    }
    const session = new Session();
    const profiled = profiledSession(session as never, profile) as unknown as Session;
    phase.enter('step', 0);
    profiled.step({}, {});
    profiled.fused.steps([], {});
    phase.enter('hook', 0);
    phase.enter('step', 1);
    profiled.step({}, {});
    expect(session.asked).to.deep.equal([true, true, false]);
    expect(profile.spans.map(({ part }) => part)).to.deep.equal(['copy', 'copy', 'step', 'log']);
    expect(phase.name).to.equal('step');
    expect([profiled.fused.most, profiled.evaluate()]).to.deep.equal([2, { loss: 3 }]);
  });

  it('needs a step', async () => {
    expect((await failureOf(async () => new StepProfile(0))).code).to.equal('USAGE');
  });
});
