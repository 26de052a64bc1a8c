import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as core from '@forge-ml/core';
import { type MetricAccumulator, MetricArray, type MetricTable, tensor } from '@forge-ml/core';
import { expect } from 'chai';

type Numbers = readonly number[] | readonly (readonly number[])[];

interface Figure {
  readonly metric: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly weighted: boolean;
  readonly value: number | 'NaN' | readonly (readonly number[])[];
}

interface Case {
  readonly name: string;
  readonly labels: Numbers;
  readonly output: Numbers;
  readonly weights: readonly number[];
  readonly figures: readonly Figure[];
}

/** Written by test/sklearn/metrics.py. */
const file = fileURLToPath(new URL('../../fixtures/sklearn-metrics.json', import.meta.url));
const { versions, cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
};
const tolerance = 1e-12;

describe(`metrics against scikit-learn ${versions['scikit-learn']}`, () => {
  for (const { name, labels, output, weights, figures } of cases) {
    it(`${name}: ${figures.length} figures, with batches of 1, 7 and all, in both orders`, () => {
      const wrong = figures.flatMap(({ metric, options, weighted, value }) => {
        const accumulator = make(metric, { ...options, ...(weighted ? { weights: 'w' } : {}) });
        const rows = labels.map((label, at) => ({ label, output: output[at]!, weight: weights[at]! }));
        const results = [rows, rows.toReversed()].flatMap((ordered) =>
          [1, 7, rows.length].map((size) => flat(resultOf(accumulator, ordered, size))),
        );
        const expected = flat(value === 'NaN' ? Number.NaN : value);
        const isClose = results[0]!.every((found, at) => close(found, expected[at]!));
        const isSame = results.every((result) => result.every((found, at) => Object.is(found, results[0]![at])));
        if (isClose && isSame && results[0]!.length === expected.length) return [];
        return [`${metric}(${JSON.stringify(options)})${weighted ? ' weighted' : ''}: ${results} is not ${expected}`];
      });
      expect(wrong).to.deep.equal([]);
    });
  }
});

function make(metric: string, options: Readonly<Record<string, unknown>>): MetricAccumulator {
  const given = options.zeroDivision === 'NaN' ? { ...options, zeroDivision: Number.NaN } : options;
  return (core as unknown as Record<string, (options: object) => MetricAccumulator>)[metric]!(given);
}

interface Row {
  readonly label: number | readonly number[];
  readonly output: number | readonly number[];
  readonly weight: number;
}

function resultOf(accumulator: MetricAccumulator, rows: readonly Row[], size: number): number | MetricTable {
  let state = accumulator.start();
  for (let at = 0; at < rows.length; at += size) {
    const part = rows.slice(at, at + size);
    const batch = { y: arrayOf(part.map(({ label }) => label)), w: arrayOf(part.map(({ weight }) => weight)) };
    const outputs = { output: arrayOf(part.map(({ output }) => output)) };
    const context = { metric: 'm', labels: ['y', 'w'].slice(0, 1), saved: false };
    state = accumulator.add(state, batch, outputs, context) ?? state;
  }
  return accumulator.result(state);
}

function arrayOf(rows: readonly (number | readonly number[])[]): MetricArray {
  const first = rows[0]!;
  const shape = typeof first === 'number' ? [rows.length] : [rows.length, first.length];
  return new MetricArray(tensor(Float64Array.from(rows.flat() as number[]), shape));
}

function flat(value: number | MetricTable | Figure['value']): number[] {
  if (typeof value === 'number') return [value];
  return (Array.isArray(value) ? (value as number[][]) : (value as MetricTable).values).flat();
}

function close(found: number, expected: number): boolean {
  if (!Number.isFinite(expected)) return Object.is(found, expected);
  return Math.abs(found - expected) <= tolerance * Math.max(1, Math.abs(expected));
}
