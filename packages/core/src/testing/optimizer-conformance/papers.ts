import { adadelta } from '../../optimizers/adadelta.js';
import { adagrad } from '../../optimizers/adagrad.js';
import { adam } from '../../optimizers/adam.js';
import { adamax } from '../../optimizers/adamax.js';
import { adamw } from '../../optimizers/adamw.js';
import { lion } from '../../optimizers/lion.js';
import { momentum } from '../../optimizers/momentum.js';
import { nesterov } from '../../optimizers/nesterov.js';
import type { OptimizerSpec } from '../../optimizers/optimizer-spec.js';
import { rmsprop } from '../../optimizers/rmsprop.js';
import { sgd } from '../../optimizers/sgd.js';

/** An optimizer, and its update as its paper has it, in doubles. */
export interface PaperCase {
  readonly title: string;
  readonly optimizer: OptimizerSpec;
  readonly next: PaperUpdate;
}

/**
 * @param p the parameter
 * @param g its gradient
 * @param s state that it changes; empty before the first update
 * @param t the number of this update, from 1
 * @returns the parameter after the update
 */
export type PaperUpdate = (p: number, g: number, s: Record<string, number>, t: number) => number;

export const paperCases: readonly PaperCase[] = [
  { title: 'sgd', optimizer: sgd(0.1), next: (p, g) => p - 0.1 * g },
  { title: 'sgd with a schedule', optimizer: sgd((step) => 1 / (3 + step)), next: (p, g, _, t) => p - g / (2 + t) },
  {
    title: 'momentum',
    optimizer: momentum(0.1, { momentum: 0.8 }),
    next: (p, g, s) => {
      s.v = 0.8 * (s.v ?? 0) + g;
      return p - 0.1 * s.v;
    },
  },
  {
    title: 'nesterov',
    optimizer: nesterov(0.1),
    next: (p, g, s) => {
      s.v = 0.9 * (s.v ?? 0) + g;
      return p - 0.1 * (g + 0.9 * s.v);
    },
  },
  {
    title: 'rmsprop with momentum',
    optimizer: rmsprop(0.01, { momentum: 0.5 }),
    next: (p, g, s) => {
      s.s = 0.9 * (s.s ?? 0) + 0.1 * g * g;
      s.c = 0.5 * (s.c ?? 0) + (0.01 * g) / Math.sqrt(s.s + 1e-7);
      return p - s.c;
    },
  },
  {
    title: 'rmsprop',
    optimizer: rmsprop(0.01, { decay: 0.7, epsilon: 1e-3 }),
    next: (p, g, s) => {
      s.s = 0.7 * (s.s ?? 0) + 0.3 * g * g;
      return p - (0.01 * g) / Math.sqrt(s.s + 1e-3);
    },
  },
  {
    title: 'adagrad',
    optimizer: adagrad(0.1),
    next: (p, g, s) => {
      s.s = (s.s ?? 0.1) + g * g;
      return p - (0.1 * g) / Math.sqrt(s.s + 1e-7);
    },
  },
  {
    title: 'adadelta',
    optimizer: adadelta(1, { epsilon: 1e-6 }),
    next: (p, g, s) => {
      s.s = 0.95 * (s.s ?? 0) + 0.05 * g * g;
      const change = (Math.sqrt((s.u ?? 0) + 1e-6) / Math.sqrt(s.s + 1e-6)) * g;
      s.u = 0.95 * (s.u ?? 0) + 0.05 * change * change;
      return p - change;
    },
  },
  { title: 'adam', optimizer: adam(0.05), next: (p, g, s, t) => p - adamChange(g, s, t) },
  {
    title: 'adamw',
    optimizer: adamw(0.05, { weightDecay: 0.1 }),
    next: (p, g, s, t) => p * (1 - 0.05 * 0.1) - adamChange(g, s, t),
  },
  {
    title: 'adamw without decay of the parameter',
    optimizer: adamw(0.05, { weightDecay: 0.1, decays: (name) => name !== 'w' }),
    next: (p, g, s, t) => p - adamChange(g, s, t),
  },
  {
    title: 'adamax',
    optimizer: adamax(0.05),
    next: (p, g, s, t) => {
      s.m = 0.9 * (s.m ?? 0) + 0.1 * g;
      s.u = Math.max(0.999 * (s.u ?? 0), Math.abs(g));
      return p - ((0.05 / (1 - 0.9 ** t)) * s.m) / (s.u + 1e-7);
    },
  },
  {
    title: 'lion',
    optimizer: lion(0.01, { weightDecay: 0.2 }),
    next: (p, g, s) => {
      const direction = Math.sign(0.9 * (s.m ?? 0) + 0.1 * g);
      s.m = 0.99 * (s.m ?? 0) + 0.01 * g;
      return p * (1 - 0.01 * 0.2) - 0.01 * direction;
    },
  },
];

/** With a rate of 0.05. */
function adamChange(g: number, s: Record<string, number>, t: number): number {
  s.m = 0.9 * (s.m ?? 0) + 0.1 * g;
  s.v = 0.999 * (s.v ?? 0) + 0.001 * g * g;
  return (0.05 * (s.m / (1 - 0.9 ** t))) / (Math.sqrt(s.v / (1 - 0.999 ** t)) + 1e-7);
}
