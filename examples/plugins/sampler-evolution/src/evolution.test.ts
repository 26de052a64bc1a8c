import { deepStrictEqual, ok, throws } from 'node:assert/strict';
import type { Direction, ParameterValues, SamplerRequest, Space } from '@forge-ml/core/plugin';
import { describeSamplerConformance } from '@forge-ml/core/testing';
import { evolution } from './evolution.js';

describeSamplerConformance({ name: 'evolution', make: evolution, objectives: 1 });

describe('evolution', () => {
  const range = { kind: 'float', low: -5, high: 5, log: false, step: null, when: null } as const;
  const space: Space = { x: range, y: range };
  const lossOf = ({ x, y }: ParameterValues) => ((x as number) - 1) ** 2 + ((y as number) + 2) ** 2;

  function search(trials: number, request: Partial<SamplerRequest> = {}): number {
    const directions: Direction[] = ['min'];
    const sampler = evolution({ space, directions, seed: 1, options: {}, ...request });
    const sign = (request.directions ?? directions)[0] === 'max' ? -1 : 1;
    let best = Number.POSITIVE_INFINITY;
    for (let trial = 1; trial <= trials; trial++) {
      const parameters = sampler.ask(trial)!;
      const loss = lossOf(parameters);
      sampler.tell({ trial, parameters, state: 'completed', values: [sign * loss], trained: null });
      best = Math.min(best, loss);
    }
    return best;
  }

  it('finds the minimum of a paraboloid far better than random draws, and the maximum of its negative', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const found = search(200, { seed });
      ok(found < 1e-3, `seed ${seed}: ${found}`);
      ok(search(200, { seed, options: { start: 200 } }) > 10 * found);
      deepStrictEqual(search(200, { seed, directions: ['max'] }), found);
    }
  });

  it('refuses options that it does not have, and several objectives', () => {
    throws(() => search(1, { options: { start: 0 } }), /start .* whole number from 1, not 0/);
    throws(() => search(1, { options: { spread: 'wide' } }), /spread .* not "wide"/);
    throws(() => search(1, { options: { strat: 3 } }), /no option "strat"/);
    throws(() => search(1, { directions: ['min', 'max'] }), /has one objective/);
  });
});
