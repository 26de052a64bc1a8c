import { ok } from 'node:assert/strict';
import type { Space } from '@forge-ml/core/plugin';
import { describeSamplerConformance } from '@forge-ml/core/testing';
import { nearBest } from './near-best.js';

describeSamplerConformance({ name: '{{name}}', make: nearBest });

describe('nearBest', () => {
  it('finds the minimum of a parabola', () => {
    const space: Space = { x: { kind: 'float', low: -5, high: 5, log: false, step: null, when: null } };
    const sampler = nearBest({ space, directions: ['min'], seed: 1, options: {} });
    const losses: number[] = [];
    for (let trial = 1; trial <= 60; trial++) {
      const parameters = sampler.ask(trial)!;
      const loss = ((parameters.x as number) - 2) ** 2;
      sampler.tell({ trial, parameters, state: 'completed', values: [loss], trained: null });
      losses.push(loss);
    }
    ok(Math.min(...losses) < 0.01);
  });
});
