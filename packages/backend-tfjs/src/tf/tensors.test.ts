import { type DType, elements, type TypedArray, tensor } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { cpuTf } from '../optimizers/tf.test.support.js';
import { fromTensor, toTensor } from './tensors.js';
import type { Tf } from './tf.js';

describe('tensors', () => {
  let tf: Tf;
  before(async () => {
    tf = await cpuTf();
  });

  const cases: [DType, TypedArray, number[]][] = [
    ['float32', Float32Array.of(1.5, -0, 3), [1.5, -0, 3]],
    ['int32', Int32Array.of(-5, 2 ** 31 - 1, 0), [-5, 2 ** 31 - 1, 0]],
    ['bool', Uint8Array.of(1, 0, 1), [1, 0, 1]],
  ];
  for (const [dtype, values, numbers] of cases) {
    it(`converts ${dtype}`, () => {
      const source = toTensor(tf, 'x', tensor(values, [3, 1], dtype));
      const result = fromTensor(tf, source);
      source.dispose();
      expect(result.dtype).to.equal(dtype);
      expect(result.shape).to.deep.equal([3, 1]);
      expect([...elements(result)]).to.deep.equal(numbers);
    });
  }

  it('rejects other types, and strings', () => {
    expect(() => toTensor(tf, 'x', tensor(Uint32Array.of(1)))).to.throw(
      'x is uint32, which TensorFlow.js does not have',
    );
    const strings = tf.tensor(['a']);
    expect(() => fromTensor(tf, strings)).to.throw('string');
    strings.dispose();
  });

  it('copies into given memory only if it fits', () => {
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
