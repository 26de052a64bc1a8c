import { expect } from 'chai';
import { toBfloat16, toFloat16 } from './half-precision.js';
import { numbersIn } from './numbers-in.js';
import { tensor } from './tensor-data.js';

describe('numbersIn', () => {
  it('reads a part of a tensor of any type as numbers', () => {
    expect(numbersIn(tensor(new Float32Array([1, 2.5, 3])), 1, 3)).to.deep.equal([2.5, 3]);
    expect(numbersIn(tensor(new BigInt64Array([-1n, 2n])), 0, 9)).to.deep.equal([-1, 2]);
    expect(numbersIn(tensor(toFloat16([0.5, -2]), [2], 'float16'), 0, 2)).to.deep.equal([0.5, -2]);
    expect(numbersIn(tensor(toBfloat16([0.5, -2]), [2], 'bfloat16'), 1, 2)).to.deep.equal([-2]);
  });
});
