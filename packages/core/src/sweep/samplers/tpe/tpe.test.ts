import { expect } from 'chai';
import { RandomStream } from '../../../random/random-stream.js';
import type { Parameter, ParameterValues, Space } from '../../space/space.js';
import type { Sampler, SamplerRequest } from '../sampler.js';
import { makeTpe } from './tpe.js';

const number = (low: number, high: number, step: number | null = null): Parameter => ({
  ...{ kind: 'float', low, high, log: false, step, when: null },
});

const mixed: Space = {
  rate: { kind: 'float', low: 1e-5, high: 1, log: true, step: null, when: null },
  x: number(-3, 3),
  dropout: number(0, 0.3, 0.1),
  layers: { kind: 'integer', low: 1, high: 6, log: false, step: 1, when: null },
  width: { kind: 'integer', low: 8, high: 512, log: true, step: 1, when: null },
  batch: { kind: 'integer', low: 16, high: 100, log: false, step: 32, when: null },
  optimizer: { kind: 'choice', choices: ['adam', 'sgd', null, 7], when: null },
  momentum: { ...number(0, 1), when: { parameter: 'optimizer', values: ['sgd', 7] } },
  nesterov: { kind: 'choice', choices: [true, false], when: { parameter: 'optimizer', values: ['sgd', 7] } },
  engine: { kind: 'choice', choices: ['wasm'], when: null },
};

function requestOf(space: Space, request: Partial<SamplerRequest> = {}): SamplerRequest {
  return { space, directions: ['min'], seed: 1, options: {}, ...request };
}

type Objective = (parameters: ParameterValues) => number;

function complete(sampler: Sampler, trial: number, objective: Objective): number {
  const parameters = sampler.ask(trial)!;
  const value = objective(parameters);
  sampler.tell({ trial, parameters, state: 'completed', values: [value], trained: null });
  return value;
}

function bestOf(sampler: Sampler, trials: number, objective: Objective): number {
  let best = Number.POSITIVE_INFINITY;
  for (let trial = 1; trial <= trials; trial++) best = Math.min(best, complete(sampler, trial, objective));
  return best;
}

const mixedLoss: Objective = ({ rate, x, layers, momentum }) =>
  Math.abs(Math.log10(rate as number) + 3) +
  (x as number) ** 2 +
  Math.abs((layers as number) - 4) +
  (typeof momentum === 'number' ? momentum : 1);

function isIn(value: unknown, parameter: Parameter): boolean {
  if (parameter.kind === 'choice') return parameter.choices.includes(value as never);
  if (typeof value !== 'number' || value < parameter.low || value > parameter.high) return false;
  const steps = parameter.step === null ? 0 : (value - parameter.low) / parameter.step;
  return Math.abs(steps - Math.round(steps)) < 1e-9;
}

describe('tpe', () => {
  it('asks for values of the space, of active parameters alone and in its order, at random and later', () => {
    const sampler = makeTpe(requestOf(mixed));
    for (let trial = 1; trial <= 80; trial++) {
      const parameters = sampler.ask(trial)!;
      const isActive = ['sgd', 7].includes(parameters.optimizer as never);
      const expected = Object.keys(mixed).filter((name) => isActive || mixed[name]!.when === null);
      expect(Object.keys(parameters)).to.deep.equal(expected);
      for (const name of expected) {
        expect(isIn(parameters[name], mixed[name]!), `${name} = ${parameters[name]}`).to.equal(true);
      }
      sampler.tell({ trial, parameters, state: 'completed', values: [mixedLoss(parameters)], trained: null });
    }
  });

  it('asks for the same again when the same is repeated, and for others with another seed', () => {
    const run = (seed: number) => {
      const sampler = makeTpe(requestOf(mixed, { seed }));
      return Array.from({ length: 40 }, (_, at) => complete(sampler, at + 1, mixedLoss));
    };
    expect(run(5)).to.deep.equal(run(5));
    expect(run(5)).to.not.deep.equal(run(6));
  });

  it('finds better trials than random search', () => {
    const objectives: Record<string, [Space, Objective]> = {
      sphere: [
        Object.fromEntries(['a', 'b', 'c'].map((name) => [name, number(-5, 5)])),
        (values) => Object.values(values).reduce<number>((sum, value) => sum + ((value as number) - 1) ** 2, 0),
      ],
      mixed: [mixed, mixedLoss],
      steps: [
        { a: number(0, 10, 0.5), b: number(-8, 8, 0.25) },
        ({ a, b }) => ((a as number) - 7) ** 2 + (b as number) ** 2,
      ],
    };
    for (const [name, [space, objective]] of Object.entries(objectives)) {
      let [ours, random] = [0, 0];
      for (let seed = 1; seed <= 10; seed++) {
        ours += bestOf(makeTpe(requestOf(space, { seed })), 80, objective);
        random += bestOf(makeTpe(requestOf(space, { seed, options: { startup: 1000 } })), 80, objective);
      }
      expect(ours / random, name).to.be.below(0.6);
    }
  });

  it('maximizes', () => {
    const sampler = makeTpe(requestOf({ x: number(-5, 5) }, { directions: ['max'] }));
    let best = Number.NEGATIVE_INFINITY;
    for (let trial = 1; trial <= 60; trial++)
      best = Math.max(
        best,
        complete(sampler, trial, ({ x }) => -((x as number) ** 2)),
      );
    expect(best).to.be.greaterThan(-0.01);
  });

  it('ignores failed trials, and trials with values outside the space', () => {
    const space = { x: number(0, 1) };
    const ask = (sampler: Sampler) => {
      for (let trial = 1; trial <= 20; trial++) complete(sampler, trial, ({ x }) => x as number);
      return sampler.ask(100);
    };
    const sampler = makeTpe(requestOf(space));
    sampler.tell({ trial: 90, parameters: { x: 0.5 }, state: 'failed', values: null, trained: null });
    sampler.tell({ trial: 91, parameters: { x: 2 }, state: 'completed', values: [-1], trained: null });
    sampler.tell({ trial: 92, parameters: {}, state: 'completed', values: [-1], trained: null });
    expect(ask(sampler)).to.deep.equal(ask(makeTpe(requestOf(space))));
  });

  it('gives the same answer whatever the order in which trials are reported', () => {
    const random = RandomStream.of(2, 'trials');
    const trials = Array.from({ length: 60 }, (_, at) => ({
      trial: at + 1,
      parameters: { x: random.float(), y: random.below(4) },
      state: 'completed' as const,
      values: [random.float()],
      trained: null,
    }));
    const space: Space = {
      x: number(0, 1),
      y: { kind: 'integer', low: 0, high: 3, log: false, step: 1, when: null },
    };
    const answer = (order: typeof trials) => {
      const sampler = makeTpe(requestOf(space));
      for (const trial of order) sampler.tell({ ...trial, state: 'running', values: null });
      for (const trial of order) sampler.tell(trial);
      return sampler.ask(99);
    };
    const shuffled = [...trials.slice(31), ...trials.slice(0, 31).reverse()];
    expect(answer(shuffled)).to.deep.equal(answer(trials));
  });

  it('keeps trials that run at the same time apart', () => {
    const space = { x: number(0, 1) };
    const spread = (isKnown: boolean) => {
      let sum = 0;
      for (let seed = 1; seed <= 20; seed++) {
        const sampler = makeTpe(requestOf(space, { seed }));
        for (let trial = 1; trial <= 30; trial++) complete(sampler, trial, ({ x }) => ((x as number) - 0.5) ** 2);
        const asked = [31, 32, 33, 34].map((trial) => {
          const parameters = sampler.ask(trial)!;
          // A failed trial is forgotten.
          if (!isKnown) sampler.tell({ trial, parameters, state: 'failed', values: null, trained: null });
          return parameters.x as number;
        });
        sum += Math.max(...asked) - Math.min(...asked);
      }
      return sum;
    };
    expect(spread(true)).to.be.greaterThan(1.2 * spread(false));
  });

  it('approaches the Pareto front of two objectives', () => {
    const space = { x: number(-4, 4), y: number(-4, 4) };
    const values = ({ x, y }: ParameterValues) => [
      (x as number) ** 2 + (y as number) ** 2,
      ((x as number) - 2) ** 2 + (y as number) ** 2,
    ];
    const distance = (startup: number) => {
      const sampler = makeTpe(requestOf(space, { directions: ['min', 'min'], options: { startup } }));
      let sum = 0;
      for (let trial = 1; trial <= 150; trial++) {
        const parameters = sampler.ask(trial)!;
        sampler.tell({ trial, parameters, state: 'completed', values: values(parameters), trained: null });
        if (trial > 100) sum += Math.abs(parameters.y as number);
      }
      return sum;
    };
    expect(distance(10)).to.be.below(0.5 * distance(1000));
  });

  it('refuses unknown and invalid options', () => {
    const make = (options: Record<string, unknown>) => () => makeTpe(requestOf({ x: number(0, 1) }, { options }));
    expect(make({ nStartupTrials: 5 })).to.throw('The method tpe has no option "nStartupTrials"');
    expect(make({ startup: 0 })).to.throw('tpe: startup is a whole number from 1, not 0.');
    expect(make({ candidates: '24' })).to.throw('tpe: candidates is a whole number from 1, not "24".');
  });
});
