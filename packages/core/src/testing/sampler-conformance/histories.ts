import { ok } from 'node:assert/strict';
import type { ParameterValues } from '../../sweep/space/space.js';
import { asked, lossOf, outcomeOf, type SamplerSubject, searched } from './subject.js';

/** Outcomes of trials. A null is allowed where the values are counted: a grid may end. */
export function describeSamplerHistories({ space, make, options }: SamplerSubject): void {
  const counted = options.continuous === false;
  const goesOn = (values: ParameterValues | null) => ok(values !== null || counted, 'it has ended');

  it('is asked for many trials before the first one has ended', async () => {
    const sampler = await make(space);
    const running: [number, ParameterValues][] = [];
    for (let trial = 1; trial <= 16; trial++) {
      const values = asked(sampler, space, trial);
      goesOn(values);
      if (values === null) break;
      sampler.tell(outcomeOf(trial, values, { state: 'running', values: null }));
      running.push([trial, values]);
    }
    for (const [trial, values] of running.reverse()) sampler.tell(outcomeOf(trial, values));
    goesOn(asked(sampler, space, 17));
  });

  it('takes outcomes of trials that it was never asked for, some outside the space', async () => {
    const other = await make(space, { seed: 5 });
    const sampler = await make(space);
    searched(other, space, 1, 12).forEach((values, index) => {
      if (values !== null) sampler.tell(outcomeOf(index + 1, values));
    });
    const [first] = Object.keys(space) as [string];
    sampler.tell(outcomeOf(13, {}));
    sampler.tell(outcomeOf(14, { [first]: 1e9, noSuchFlag: 'a' }));
    sampler.tell(outcomeOf(15, { [first]: 'a word' }));
    sampler.tell(outcomeOf(16, { [first]: null }));
    for (let trial = 17; trial <= 40; trial++) goesOn(asked(sampler, space, trial));
  });

  it('takes the outcome of a trial again whenever it changed: paused, continued, failed', async () => {
    const sampler = await make(space);
    for (let trial = 1; trial <= 30; trial++) {
      const values = asked(sampler, space, trial);
      goesOn(values);
      if (values === null) return;
      const loss = lossOf(values);
      sampler.tell(outcomeOf(trial, values, { state: 'running', values: null, trained: 0 }));
      sampler.tell(outcomeOf(trial, values, { state: 'paused', values: [loss + 1], trained: 1 }));
      sampler.tell(outcomeOf(trial, values, { state: 'running', values: [loss + 1], trained: 1 }));
      if (trial % 3 === 0) sampler.tell(outcomeOf(trial, values, { state: 'failed', values: null, trained: 2 }));
      else if (trial % 3 === 1) sampler.tell(outcomeOf(trial, values, { values: [loss], trained: 3 }));
    }
  });

  it('takes failures of every trial', async () => {
    const sampler = await make(space);
    for (let trial = 1; trial <= 40; trial++) {
      const values = asked(sampler, space, trial);
      goesOn(values);
      if (values === null) return;
      sampler.tell(outcomeOf(trial, values, { state: 'failed', values: null }));
    }
  });

  for (const [name, lossAt] of Object.entries({
    equal: () => 0,
    'very large': (trial: number) => (trial % 2 === 0 ? Number.MAX_VALUE : -Number.MAX_VALUE),
    'very small': (trial: number) => trial * Number.MIN_VALUE,
  })) {
    it(`takes ${name} values`, async () => {
      const sampler = await make(space);
      for (let trial = 1; trial <= 60; trial++) {
        const values = asked(sampler, space, trial);
        goesOn(values);
        if (values === null) return;
        sampler.tell(outcomeOf(trial, values, { values: [lossAt(trial)] }));
      }
    });
  }

  it('takes outcomes of the same parameters many times', async () => {
    const sampler = await make(space);
    const values = asked(sampler, space, 1);
    ok(values !== null);
    for (let trial = 1; trial <= 60; trial++) sampler.tell(outcomeOf(trial, values));
    goesOn(asked(sampler, space, 61));
  });

  it('answers 20 times within the time of the test after 3,000 trials', async () => {
    const other = await make(space, { seed: 3 });
    const sampler = await make(space);
    for (let trial = 1; trial <= 100; trial++) {
      const values = other.ask(trial);
      if (values === null) break;
      for (let again = 0; again < 30; again++)
        sampler.tell(outcomeOf(100 * again + trial, values, { values: [again] }));
    }
    for (let trial = 3001; trial <= 3020; trial++) goesOn(asked(sampler, space, trial));
  });
}
