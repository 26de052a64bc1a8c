import { expect } from 'chai';
import { hasNaN } from './has-nan.js';
import { type DType, type TypedArray, tensor } from './tensor-data.js';

describe('hasNaN', () => {
  const found = (array: TypedArray, dtype?: DType): boolean => {
    const given = tensor(array, [array.length], dtype);
    return hasNaN(given.dtype, given.bytes);
  };

  it('finds a NaN at any index of float32 and float64', () => {
    for (const Type of [Float32Array, Float64Array]) {
      for (let place = 0; place < 11; place++) {
        const values = new Type(11).fill(1e38);
        expect(found(values)).to.equal(false);
        values[place] = Number.NaN;
        expect(found(values)).to.equal(true);
      }
    }
  });

  it('ignores infinities, even if they cancel', () => {
    expect(found(new Float32Array([Infinity, -Infinity, 0, 0, -Infinity]))).to.equal(false);
    expect(found(new Float64Array([1.7e308, 1.7e308, 1.7e308, 1.7e308, -Infinity]))).to.equal(false);
  });

  it('finds NaN in float16 and bfloat16', () => {
    expect(found(new Uint16Array([0x7c00, 0xfc00, 0x7bff]), 'float16')).to.equal(false);
    expect(found(new Uint16Array([0, 0x7c01]), 'float16')).to.equal(true);
    expect(found(new Uint16Array([0xfe00]), 'float16')).to.equal(true);
    expect(found(new Uint16Array([0x7f80, 0xff80, 0x7c01]), 'bfloat16')).to.equal(false);
    expect(found(new Uint16Array([0x7fc0]), 'bfloat16')).to.equal(true);
  });

  it('reads unaligned bytes, and finds none in integers', () => {
    const bytes = new Uint8Array(9);
    bytes.set(new Uint8Array(new Float32Array([0, Number.NaN]).buffer), 1);
    expect(hasNaN('float32', bytes.subarray(1))).to.equal(true);
    expect(found(new Int32Array([-1]))).to.equal(false);
    expect(hasNaN('float32', new Uint8Array(0))).to.equal(false);
  });
});
