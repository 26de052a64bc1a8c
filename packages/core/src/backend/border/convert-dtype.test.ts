import { expect } from 'chai';
import { bytesPerElement, type DType, elements, type TypedArray, tensor } from '../../tensor/tensor-data.js';
import { conversionTo, convert } from './convert-dtype.js';

const converted = (values: TypedArray, to: DType, dtype?: DType) => {
  const result = convert(tensor(values, [values.length, 1], dtype), to);
  if ('unfit' in result) return result;
  expect([result.dtype, result.shape]).to.deep.equal([to, [values.length, 1]]);
  return [...elements(result)];
};

describe('conversion of dtypes', () => {
  const cases: readonly (readonly [DType, TypedArray, DType, readonly (number | bigint)[]])[] = [
    [
      'float64',
      Float64Array.of(0.1, -0, Number.NaN, -Infinity),
      'float32',
      [Math.fround(0.1), -0, Number.NaN, -Infinity],
    ],
    ['float64', Float64Array.of(3.4028235677973362e38), 'float32', [3.4028234663852886e38]],
    ['float32', Float32Array.of(0.1), 'float64', [Math.fround(0.1)]],
    ['float16', Uint16Array.of(0x3c00, 0xc000), 'float32', [1, -2]],
    ['bfloat16', Uint16Array.of(0x3f80, 0xc000), 'float32', [1, -2]],
    ['int64', BigInt64Array.of(-(2n ** 31n), 2n ** 31n - 1n), 'int32', [-(2 ** 31), 2 ** 31 - 1]],
    ['int64', BigInt64Array.of(-(2n ** 53n), 7n), 'float64', [-(2 ** 53), 7]],
    ['int64', BigInt64Array.of(2n ** 24n), 'float32', [2 ** 24]],
    ['uint64', BigUint64Array.of(2n ** 63n - 1n), 'int64', [2n ** 63n - 1n]],
    ['uint32', Uint32Array.of(2 ** 32 - 1), 'int64', [2n ** 32n - 1n]],
    ['int32', Int32Array.of(-(2 ** 31)), 'int64', [-(2n ** 31n)]],
    ['uint16', Uint16Array.of(65535), 'int32', [65535]],
    ['int8', Int8Array.of(-128), 'float32', [-128]],
    ['bool', Uint8Array.of(0, 1), 'float32', [0, 1]],
    ['bool', Uint8Array.of(0, 1), 'uint8', [0, 1]],
  ];
  for (const [from, values, to, numbers] of cases) {
    it(`${from} as ${to}: ${String(values)}`, () => {
      expect(converted(values, to, from)).to.deep.equal(numbers);
    });
  }

  it('returns the first number that is out of range', () => {
    expect(converted(Float64Array.of(1, 3.4028235677973366e38), 'float32')).to.deep.equal({
      unfit: 3.4028235677973366e38,
    });
    expect(converted(BigInt64Array.of(1n, 2n ** 31n, 2n ** 32n), 'int32')).to.deep.equal({ unfit: 2n ** 31n });
    expect(converted(BigInt64Array.of(-(2n ** 31n) - 1n), 'int32')).to.deep.equal({ unfit: -(2n ** 31n) - 1n });
    expect(converted(BigInt64Array.of(2n ** 53n + 1n), 'float64')).to.deep.equal({ unfit: 2n ** 53n + 1n });
    expect(converted(BigUint64Array.of(2n ** 63n), 'int64')).to.deep.equal({ unfit: 2n ** 63n });
    expect(converted(Uint32Array.of(2 ** 31), 'int32')).to.deep.equal({ unfit: 2 ** 31 });
    expect(converted(Int32Array.of(2 ** 24 + 1), 'float32')).to.deep.equal({ unfit: 2 ** 24 + 1 });
  });

  it('reads unaligned bytes', () => {
    const bytes = new Uint8Array(9);
    bytes.set(new Uint8Array(Float64Array.of(0.5).buffer), 1);
    const result = convert({ dtype: 'float64', shape: [1], bytes: bytes.subarray(1) }, 'float32');
    expect(result).to.deep.equal(tensor(Float32Array.of(0.5)));
  });

  it('depends only on the dtype, and never converts floats to integers', () => {
    const to = (dtype: DType, ...accepted: DType[]) => conversionTo(new Set(accepted), dtype);
    expect(to('int64', 'float32', 'int32')).to.equal('int32');
    expect(to('uint32', 'int32', 'int64')).to.equal('int64');
    expect(to('int32', 'float32', 'float64')).to.equal('float64');
    expect(to('bool', 'float32', 'int32')).to.equal('int32');
    expect(to('float64', 'int32', 'int64', 'float16')).to.equal(undefined);
    for (const dtype of Object.keys(bytesPerElement) as DType[]) {
      if (dtype !== 'float32') expect(to(dtype, 'float32'), dtype).to.equal('float32');
    }
  });
});
