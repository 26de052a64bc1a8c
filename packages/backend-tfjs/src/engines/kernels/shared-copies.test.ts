import { expect } from 'chai';
import type { Tf } from '../../tf/tf.js';
import { expectNoLeak, expectSame, numbers, startWasm } from './both-engines.test.support.js';

describe('copies of tensors on the wasm engine', () => {
  let tf: Tf;
  before(async () => {
    tf = await startWasm();
  });

  const copies = () => {
    const x = numbers(tf, [3, 4]);
    return [tf.clone(x), tf.cast(x, 'float32'), tf.cast(tf.cast(x, 'int32'), 'int32'), tf.cast(x, 'bool')];
  };

  it('have the same values', () => expectSame(tf, copies));

  it('take no memory that is not freed', () => expectNoLeak(tf, copies));

  it('keep their values when the tensor is freed', () => {
    const x = numbers(tf, [5]);
    const values = Array.from(x.dataSync());
    const [clone, cast] = [x.clone(), x.cast('float32')];
    x.dispose();
    numbers(tf, [5], 2);
    expect(Array.from(clone.dataSync())).to.deep.equal(values);
    clone.dispose();
    numbers(tf, [5], 3);
    expect(Array.from(cast.dataSync())).to.deep.equal(values);
  });

  it('of a variable keep their values when it is assigned others', () => {
    const variable = tf.variable(numbers(tf, [5]));
    const values = Array.from(variable.dataSync());
    const clone = variable.clone();
    variable.assign(numbers(tf, [5], 2));
    expect(Array.from(clone.dataSync())).to.deep.equal(values);
    expect(Array.from(variable.dataSync())).to.not.deep.equal(values);
    variable.dispose();
  });

  it('of texts are texts', () => {
    expect(tf.clone(tf.tensor(['a', 'b'])).dataSync()).to.deep.equal(['a', 'b']);
  });
});
