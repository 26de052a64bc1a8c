import { RandomStream } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  lecunNormal,
  lecunUniform,
  normal,
  orthogonal,
  uniform,
} from './initializers.js';

function values(initial: Initializer, shape: readonly number[] = [300, 100]): Float32Array {
  return initial({ shape, fanIn: 300, fanOut: 100, random: RandomStream.of(1, 'initializers') });
}

function variance(numbers: Float32Array): number {
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  return numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
}

describe('initializers', () => {
  const expected: readonly (readonly [string, Initializer, number])[] = [
    ['normal', normal(0.2), 0.04],
    ['uniform', uniform(0.3), 0.03],
    ['glorotNormal', glorotNormal, 2 / 400],
    ['glorotUniform', glorotUniform, 2 / 400],
    ['heNormal', heNormal, 2 / 300],
    ['heUniform', heUniform, 2 / 300],
    ['lecunNormal', lecunNormal, 1 / 300],
    ['lecunUniform', lecunUniform, 1 / 300],
  ];
  for (const [name, initial, wanted] of expected) {
    it(`${name} has the variance of its paper`, () => {
      expect(variance(values(initial))).to.be.closeTo(wanted, 0.03 * wanted);
    });
  }

  it('orthogonal has orthonormal columns, or rows where these are fewer', () => {
    for (const [rows, columns] of [
      [12, 5],
      [5, 12],
      [6, 6],
    ] as const) {
      const matrix = values(orthogonal(), [rows, columns]);
      const fewer = Math.min(rows, columns);
      const at = (vector: number, element: number) =>
        rows < columns ? matrix[vector * columns + element]! : matrix[element * columns + vector]!;
      for (let a = 0; a < fewer; a++) {
        for (let b = 0; b < fewer; b++) {
          let product = 0;
          for (let element = 0; element < Math.max(rows, columns); element++)
            product += at(a, element) * at(b, element);
          expect(product).to.be.closeTo(a === b ? 1 : 0, 1e-6);
        }
      }
    }
    expect(() => values(orthogonal(), [5])).to.throw('two dimensions');
  });
});
