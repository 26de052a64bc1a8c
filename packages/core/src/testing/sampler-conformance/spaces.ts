import type { Condition, Parameter, ParameterValue, Space } from '../../sweep/space/space.js';

const float = (
  low: number,
  high: number,
  more: { log?: boolean; step?: number; when?: Condition } = {},
): Parameter => ({
  kind: 'float',
  low,
  high,
  log: more.log ?? false,
  step: more.step ?? null,
  when: more.when ?? null,
});
const integer = (
  low: number,
  high: number,
  more: { log?: boolean; step?: number; when?: Condition } = {},
): Parameter => ({ kind: 'integer', low, high, log: more.log ?? false, step: more.step ?? 1, when: more.when ?? null });
const choice = (choices: readonly ParameterValue[], when: Condition | null = null): Parameter => ({
  kind: 'choice',
  choices,
  when,
});
const when = (parameter: string, ...values: ParameterValue[]): Condition => ({ parameter, values });

/** Spaces with finitely many values. */
export const discreteSpaces: Readonly<Record<string, Space>> = {
  'one value': { layers: choice([2]) },
  'choices of every type': { a: choice([1, '1', true, false, null, 0.5]) },
  integers: { layers: integer(-2, 5), units: integer(16, 128, { step: 16 }) },
  'a range that its step does not fill': { a: integer(1, 10, { step: 4 }), b: float(0, 1, { step: 0.3 }) },
  'a step of 0.1': { rate: float(0.1, 0.7, { step: 0.1 }), sign: choice(['+', '-']) },
  'conditions on conditions': {
    optimizer: choice(['sgd', 'adam']),
    momentum: float(0.5, 0.9, { step: 0.2, when: when('optimizer', 'sgd') }),
    nesterov: choice([true, false], when('momentum', 0.9)),
    beta: choice([0.9, 0.99], when('optimizer', 'adam')),
  },
};

/** Spaces with ranges. */
export const continuousSpaces: Readonly<Record<string, Space>> = {
  'a range': { dropout: float(0, 0.5) },
  'a range of one number': { a: float(0.25, 0.25), b: float(-1, 1) },
  'a logarithmic range': { learningRate: float(1e-7, 10, { log: true }) },
  'logarithmic integers': { units: integer(1, 4096, { log: true }) },
  'a tiny and a huge range': { a: float(1, 1 + 1e-9), b: float(-1e150, 1e150) },
  'all kinds, with conditions': {
    learningRate: float(1e-5, 1e-1, { log: true }),
    hidden: choice([64, 128, 256]),
    layers: integer(1, 4),
    dropout: float(0, 0.5, { when: when('hidden', 128, 256) }),
    decay: float(0, 0.1, { step: 0.01, when: when('layers', 3, 4) }),
    // The largest of two conditions in a row.
    scale: float(0.1, 1, { when: when('decay', 0, 0.01, 0.05) }),
    norm: choice(['batch', 'layer', null], when('hidden', 64)),
  },
};
