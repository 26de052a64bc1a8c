import { expect } from 'chai';
import { type DType, elements, tensor } from '../../tensor/tensor-data.js';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { tensorLike } from './tensor-like.js';

const like = (dtype: DType, ...shape: number[]) => ({ dtype, shape });

describe('tensorLike', () => {
  for (const [dtype, array] of [
    ['float64', Float64Array.of(1, 2)],
    ['float32', Float32Array.of(1, 2)],
    ['int64', BigInt64Array.of(1n, 2n)],
    ['int32', Int32Array.of(1, 2)],
    ['int16', Int16Array.of(1, 2)],
    ['int8', Int8Array.of(1, 2)],
    ['uint64', BigUint64Array.of(1n, 2n)],
    ['uint32', Uint32Array.of(1, 2)],
    ['uint16', Uint16Array.of(1, 2)],
    ['uint8', Uint8Array.of(1, 2)],
    ['bool', Uint8Array.of(1, 2)],
  ] as const) {
    it(`gives lists of numbers the type ${dtype}`, () => {
      const made = tensorLike('x', [[1], [2]], like(dtype, 32, 1));
      expect([made.dtype, made.shape]).to.deep.equal([dtype, [2, 1]]);
      expect(elements(made)).to.deep.equal(array);
    });
  }

  it('keeps integers that float32 has not', () => {
    const id = 2 ** 31 - 1;
    expect(elements(tensorLike('x', [id], like('int32', 8)))[0]).to.equal(id);
    expect(elements(tensorLike('x', [2 ** 53 - 1], like('int64', 8)))[0]).to.equal(2n ** 53n - 1n);
  });

  it('refuses numbers that the type has not, naming the array', async () => {
    for (const [dtype, wrong] of [
      ['int32', 0.5],
      ['uint8', 256],
      ['uint8', -1],
      ['uint64', -1],
      ['int32', Number.NaN],
      ['int64', Number.POSITIVE_INFINITY],
    ] as const) {
      const error = await failureOf(async () => tensorLike('ids', [[0], [wrong]], like(dtype, 8, 1)));
      expect([error.code, error.message]).to.deep.equal([
        'DATA_INVALID',
        `Array "ids" contains ${wrong}, which does not fit its type ${dtype}.`,
      ]);
    }
  });

  it('gives a typed array the shape of an example, where it holds whole examples', () => {
    const shapeOf = (length: number, ...shape: number[]) =>
      tensorLike('x', new Float32Array(length), like('float32', ...shape)).shape;
    expect(shapeOf(12, 32, 2, 3)).to.deep.equal([2, 2, 3]);
    expect(shapeOf(12, 32)).to.deep.equal([12]);
    expect(shapeOf(13, 32, 2, 3)).to.deep.equal([13]);
    expect(shapeOf(0, 32, 2)).to.deep.equal([0, 2]);
    const array = Int32Array.of(1, 2, 3, 4);
    const made = tensorLike('x', array, like('float32', 32, 2));
    expect([made.dtype, made.bytes.buffer]).to.deep.equal(['int32', array.buffer]);
  });

  it('leaves tensors, and arrays that training did not have, as they are', () => {
    const given = tensor(Float32Array.of(1, 2));
    expect(tensorLike('x', given, like('int32', 8, 2))).to.equal(given);
    expect(tensorLike('x', [1, 2], undefined)).to.deep.equal(given);
  });
});
