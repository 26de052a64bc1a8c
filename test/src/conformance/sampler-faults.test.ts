import type { ParameterValue, Sampler, SamplerRequest, TrialOutcome } from '@forge-ml/core/plugin';
import { describeSamplerConformance } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { randomSampler } from './random-sampler.js';
import { runTests } from './run-suite.js';

/** Changes a valid sampler, and the test that must find it. */
type Fault = readonly [change: (sampler: Sampler, request: SamplerRequest) => Partial<Sampler>, found: RegExp];

type Values = Record<string, ParameterValue>;

/** Changes what `ask` answers. */
const answering =
  (change: (values: Values, trial: number, request: SamplerRequest) => Values | null): Fault[0] =>
  (sampler, request) => ({
    ask: (trial) => change({ ...sampler.ask(trial)! }, trial, request),
  });

/** Changes each value of a kind of parameter. */
const valuesOf = (kind: 'float' | 'integer' | 'choice', change: (value: ParameterValue) => ParameterValue) =>
  answering((values, _, { space }) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, space[name]!.kind === kind ? change(value) : value]),
    ),
  );

/** Fails at a trial like that. */
const refusing = (
  wrong: (trial: TrialOutcome, known: ReadonlyMap<number, TrialOutcome['state']>) => boolean,
): Fault[0] => {
  return () => {
    const known = new Map<number, TrialOutcome['state']>();
    return {
      tell(trial) {
        if (wrong(trial, known)) throw new Error(`refused trial ${trial.trial}`);
        known.set(trial.trial, trial.state);
      },
    };
  };
};

let asked = 0;

const faults: Readonly<Record<string, Fault>> = {
  'leaves the range': [valuesOf('float', (value) => (value as number) + 0.01), /chooses values of the space: a range/],
  'gives halves for whole numbers': [valuesOf('integer', (value) => (value as number) + 0.5), /space: integers/],
  'ignores the step': [
    answering((values, trial, { space }) => {
      const { a } = space;
      return a?.kind === 'integer' && a.step > 1 ? { ...values, a: a.low + (trial % 9) } : values;
    }),
    /a range that its step does not fill/,
  ],
  'gives choices as text': [valuesOf('choice', String), /choices of every type/],
  'ignores conditions': [
    answering((values, _, { space }) => ('momentum' in space ? { ...values, momentum: 0.5 } : values)),
    /chooses values of the space: conditions/,
  ],
  'forgets a conditional parameter': [
    answering(({ nesterov: _, ...values }) => values),
    /chooses values of the space: conditions/,
  ],
  'adds a parameter': [answering((values) => ({ ...values, more: 1 })), /chooses values of the space: one value/],
  'ends early': [answering((values, trial) => (trial > 3 ? null : values)), /ends only once .* integers/],
  'goes on after its end': [
    answering((values, trial) => (trial < 100 || trial % 2 === 1 ? values : null)),
    /ends only once every value was tried: choices of every type/,
  ],
  'always gives the same': [
    (_, request) => ({ ask: () => randomSampler(request).ask(1) }),
    /tries more than one value of each parameter without/,
  ],
  'ignores the seed': [(_, request) => randomSampler({ ...request, seed: 0 }), /depends on the seed/],
  'draws from Math.random': [
    (_, request) => ({ ask: () => randomSampler(request).ask(Math.floor(Math.random() * 1e9)) }),
    /answers the same calls with the same parameters: a range/,
  ],
  'counts the calls of all samplers': [
    (_, request) => ({ ask: (trial) => randomSampler(request).ask(trial + ++asked) }),
    /does so while another sampler works/,
  ],
  'uses the time where there are two values': [
    (_, request) => {
      let more = 0;
      return {
        ask: (trial) => randomSampler(request).ask(trial + more),
        tell({ values }) {
          if (values?.length === 2) more += Math.floor(performance.now() * 1e6);
        },
      };
    },
    /does so for two objectives/,
  ],
  'gives out its own memory': [
    (sampler) => {
      const known = new Map<number, Values>();
      let last: Values = {};
      return {
        ask(trial) {
          const values = {
            ...sampler.ask(trial)!,
            ...(Object.keys(last).length === 0 && trial > 1 ? { lost: 1 } : {}),
          };
          known.set(trial, values);
          last = values;
          return values;
        },
      };
    },
    /keeps its answers from what the caller does with them/,
  ],
  'changes the outcome that it is given': [
    () => ({ tell: (trial) => void Object.assign(trial.parameters, { seen: true }) }),
    /is asked for many trials/,
  ],
  'knows only trials that it was asked for': [
    (sampler) => {
      const known = new Set<number>();
      return {
        ask: (trial) => sampler.ask(known.add(trial) && trial),
        tell({ trial }) {
          if (!known.has(trial)) throw new Error(`unknown trial ${trial}`);
        },
      };
    },
    /takes outcomes of trials that it was never asked for/,
  ],
  'wants the values of failed trials': [
    refusing(({ state, values }) => state === 'failed' && values === null),
    /takes failures of every trial/,
  ],
  'takes a paused trial for its end': [
    refusing(({ trial }, known) => known.get(trial) === 'paused'),
    /takes the outcome of a trial again/,
  ],
  'divides by the range of the values': [
    (_, request) => {
      const seen: number[] = [];
      return {
        ask(trial) {
          const [low, high] = [Math.min(...seen), Math.max(...seen)];
          const share = seen.length < 2 ? 0 : (seen.at(-1)! - low) / (high - low);
          return randomSampler(request).ask(trial + Math.round(share));
        },
        tell: ({ values }) => void seen.push(...(values ?? [])),
      };
    },
    /takes equal values/,
  ],
  'says that its ask is pure, but counts the calls': [
    (_, request) => {
      let calls = 0;
      return { ask: () => randomSampler(request).ask(++calls) };
    },
    /only tells are repeated/,
  ],
};

describe('the conformance suite of samplers', function () {
  this.timeout(60_000);

  const declare = (name: string, change: Fault[0]) => () =>
    describeSamplerConformance({
      name,
      make(request) {
        const sampler = randomSampler(request);
        return { ...sampler, ...change(sampler, request) };
      },
    });

  for (const [name, [change, found]] of Object.entries(faults)) {
    it(`finds a sampler that ${name}`, async () => {
      const { failed } = await runTests(declare(name, change), found);
      expect(failed).to.not.deep.equal([]);
    });
  }

  it('passes a valid sampler', async () => {
    const { failed, slow, pending } = await runTests(declare('valid', () => ({})));
    expect([failed, slow, pending]).to.deep.equal([[], [], []]);
  });
});
