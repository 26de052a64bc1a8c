import { deepStrictEqual } from 'node:assert/strict';
import { tensor } from '@forge-ml/core/plugin';
import { compare } from './compare.js';

const numbers = (...values: number[]) => tensor(Float32Array.from(values));

describe('compare', () => {
  it('lists the parameters that differ, and by how much', () => {
    const first = new Map([
      ['same', numbers(1, 2)],
      ['moved', numbers(1, 2)],
      ['longer', numbers(1)],
      ['gone', numbers(1)],
    ]);
    const second = new Map([
      ['same', numbers(1, 2)],
      ['moved', numbers(1.5, 4)],
      ['longer', numbers(1, 2)],
      ['new', numbers(1)],
    ]);
    deepStrictEqual(compare(first, first), []);
    deepStrictEqual(compare(first, second), [
      { name: 'moved', change: 'by up to 2' },
      { name: 'longer', change: 'float32[1] and float32[2]' },
      { name: 'gone', change: 'only in the first' },
      { name: 'new', change: 'only in the second' },
    ]);
  });
});
