import { type DType, elements, type TypedArray, tensor } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { cpuTf } from '../optimizers/tf.test.support.js';
import type { Tf } from '../tf.js';
import { fromTensor, toTensor } from './tensors.js';

describe('tensors', () => {
  let tf: Tf;
  before(async () => {
    tf = await cpuTf();
  });

  const cases: [DType, TypedArray, DType, number[]][] = [
    ['float32', Float32Array.of(1.5, -0, 3), 'float32', [1.5, -0, 3]],
    ['float64', Float64Array.of(0.1, 2, 3), 'float32', [Math.fround(0.1), 2, 3]],
    ['int32', Int32Array.of(-5, 2 ** 31 - 1, 0), 'int32', [-5, 2 ** 31 - 1, 0]],
    ['int16', Int16Array.of(-5, 32767, 0), 'int32', [-5, 32767, 0]],
    ['uint16', Uint16Array.of(5, 65535, 0), 'int32', [5, 65535, 0]],
    ['int8', Int8Array.of(-128, 127, 0), 'int32', [-128, 127, 0]],
    ['uint8', Uint8Array.of(255, 1, 0), 'int32', [255, 1, 0]],
    ['uint32', Uint32Array.of(7, 2 ** 31 - 1, 0), 'int32', [7, 2 ** 31 - 1, 0]],
    ['int64', BigInt64Array.of(-(2n ** 31n), 1n, 0n), 'int32', [-(2 ** 31), 1, 0]],
    ['uint64', BigUint64Array.of(9n, 1n, 0n), 'int32', [9, 1, 0]],
    ['bool', Uint8Array.of(1, 0, 1), 'bool', [1, 0, 1]],
  ];
  for (const [dtype, values, becomes, numbers] of cases) {
    it(`takes ${dtype} as ${becomes}`, () => {
      const source = toTensor(tf, 'x', tensor(values, [3, 1], dtype));
      const result = fromTensor(tf, source);
      source.dispose();
      expect(result.dtype).to.equal(becomes);
      expect(result.shape).to.deep.equal([3, 1]);
      expect([...elements(result)]).to.deep.equal(numbers);
    });
  }

  it('refuses an unsigned number beyond int32, and strings', () => {
    expect(() => toTensor(tf, 'x', tensor(Uint32Array.of(2 ** 31)))).to.throw('x is uint32 and holds 2147483648');
    const strings = tf.tensor(['a']);
    expect(() => fromTensor(tf, strings)).to.throw('string');
    strings.dispose();
  });

  it('copies into memory that fits, and not into other', () => {
    tf.tidy(() => {
      const source = tf.tensor1d([1, 2]);
      const memory = fromTensor(tf, tf.tensor1d([3, 4]));
      expect(fromTensor(tf, source, memory).bytes).to.equal(memory.bytes);
      expect([...elements(memory)]).to.deep.equal([1, 2]);
      const short = fromTensor(tf, tf.tensor1d([3]));
      expect([...elements(fromTensor(tf, source, short))]).to.deep.equal([1, 2]);
    });
  });

  it('copies what it reads', () => {
    tf.tidy(() => {
      const source = tf.tensor1d([1, 2]);
      fromTensor(tf, source).bytes.fill(0);
      expect([...source.dataSync()]).to.deep.equal([1, 2]);
    });
  });
});
