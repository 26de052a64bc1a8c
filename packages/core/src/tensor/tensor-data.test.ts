import { expect } from 'chai';
import { batchSizeOf, describeTensor, elements, sizeOf, tensor } from './tensor-data.js';

describe('tensor data', () => {
  it('views aligned elements, and copies unaligned ones, of a Buffer and a Uint8Array', () => {
    const numbers = Float32Array.of(1, 2, 3);
    const view = elements(tensor(numbers));
    expect(view.buffer).to.equal(numbers.buffer);
    const shifted = Buffer.alloc(13);
    Buffer.from(numbers.buffer).copy(shifted, 1);
    for (const bytes of [shifted.subarray(1), new Uint8Array(shifted).subarray(1)]) {
      expect([...elements({ dtype: 'float32', shape: [3], bytes })]).to.deep.equal([1, 2, 3]);
    }
  });

  it('infers its type from the array, and refuses a shape of another size', () => {
    expect(tensor(new Int32Array(6), [2, 3])).to.include({ dtype: 'int32' });
    expect(tensor(new Uint8Array(2), [2], 'bool').dtype).to.equal('bool');
    expect(() => tensor(new Float32Array(5), [2, 3])).to.throw(RangeError, 'shape [2, 3] holds 6 elements');
  });

  it('computes its size, its batch size and its description', () => {
    expect([sizeOf([]), sizeOf([2, 3]), sizeOf([4, 0])]).to.deep.equal([1, 6, 0]);
    expect(batchSizeOf({ x: tensor(new Float32Array(6), [2, 3]) })).to.equal(2);
    expect(batchSizeOf({})).to.equal(0);
    expect(describeTensor(tensor(new Float32Array(6), [2, 3]))).to.equal('float32[2, 3]');
  });
});
