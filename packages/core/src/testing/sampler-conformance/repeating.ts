import { deepStrictEqual } from 'node:assert/strict';
import type { TrialOutcome } from '../../sweep/samplers/sampler.js';
import type { ParameterValues } from '../../sweep/space/space.js';
import { asked, lossOf, outcomeOf, type SamplerSubject } from './subject.js';

type Call = { readonly ask: number; readonly answer: ParameterValues | null } | { readonly tell: TrialOutcome };

/** A sweep makes a new sampler and repeats the calls after its process ended. */
export function describeSamplerRepeating({ spaces, space, make, options }: SamplerSubject): void {
  /** A search by four workers at once: trials end out of order, and some fail. */
  async function searchedByFour(of: typeof space, count: number, directions: ('min' | 'max')[]): Promise<Call[]> {
    const sampler = await make(of, { directions });
    const calls: Call[] = [];
    const running: [number, ParameterValues][] = [];
    const tell = (trial: TrialOutcome) => {
      sampler.tell(trial);
      calls.push({ tell: trial });
    };
    for (let trial = 1; trial <= count; trial++) {
      const answer = asked(sampler, of, trial);
      calls.push({ ask: trial, answer });
      if (answer === null) break;
      tell(outcomeOf(trial, answer, { state: 'running', values: null }));
      running.push([trial, answer]);
      if (running.length < 4) continue;
      const [[ended, parameters]] = running.splice((trial * 7) % 4, 1) as [[number, ParameterValues]];
      const values = directions.map((_, objective) => lossOf(parameters, objective));
      tell(outcomeOf(ended, parameters, ended % 5 === 0 ? { state: 'failed', values: null } : { values }));
    }
    return calls;
  }

  async function repeat(of: typeof space, calls: readonly Call[], directions: ('min' | 'max')[]): Promise<void> {
    const sampler = await make(of, { directions });
    for (const call of calls) {
      if ('tell' in call) sampler.tell(call.tell);
      else deepStrictEqual(asked(sampler, of, call.ask), call.answer, `trial ${call.ask} of the repetition`);
    }
  }

  for (const [name, each] of Object.entries(spaces)) {
    it(`answers the same calls with the same parameters: ${name}`, async () => {
      await repeat(each, await searchedByFour(each, 40, ['min']), ['min']);
    });
  }

  const one = options.objectives === 1;
  it(`does so for two objectives${one ? ' (skipped: it has one)' : ''}`, async function () {
    if (one) return this.skip();
    await repeat(space, await searchedByFour(space, 60, ['min', 'max']), ['min', 'max']);
  });

  it('does so where only tells are repeated, if it says that its ask is pure', async function () {
    if ((await make(space)).isAskPure !== true) return this.skip();
    const calls = await searchedByFour(space, 40, ['min']);
    for (const at of [10, 30]) {
      const sampler = await make(space);
      const [before, after] = [calls.slice(0, 2 * at), calls.slice(2 * at)];
      for (const call of before) if ('tell' in call) sampler.tell(call.tell);
      const next = after.find((call) => 'ask' in call)!;
      deepStrictEqual(asked(sampler, space, next.ask), next.answer, `trial ${next.ask} after the tells`);
    }
  });

  it('does so while another sampler works', async () => {
    const calls = await searchedByFour(space, 30, ['min']);
    const other = await make(space, { seed: 9 });
    const sampler = await make(space);
    for (const call of calls) {
      if ('tell' in call) {
        sampler.tell(call.tell);
        continue;
      }
      const foreign = asked(other, space, call.ask);
      deepStrictEqual(asked(sampler, space, call.ask), call.answer, `trial ${call.ask} of the repetition`);
      if (foreign !== null) other.tell(outcomeOf(call.ask, foreign));
    }
  });
}
