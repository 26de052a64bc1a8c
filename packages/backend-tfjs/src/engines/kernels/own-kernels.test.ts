import type { Tensor4D } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { expect } from 'chai';
import type { Tf } from '../../tf/tf.js';
import { expectSame, numbers, startWasm } from './both-engines.test.support.js';
import { ownKernels, placeOf, withScratch } from './own-kernels.js';
import { updateParameter } from './update-parameter.js';

describe('our kernels over the memory of the wasm engine', () => {
  let tf: Tf;
  let backend: BackendWasm;
  before(async () => {
    tf = await startWasm();
    void tf.setBackend('wasm');
    backend = tf.backend() as BackendWasm;
  });

  const bytes = () => (backend.wasm as unknown as { HEAPU8: Uint8Array }).HEAPU8.length;

  it('run', () => {
    expect(ownKernels(backend)).to.not.equal(undefined);
    expect(tf.getKernel(updateParameter, 'wasm')).to.not.equal(undefined);
  });

  it('do not run over a module that does not show its memory', () => {
    expect(ownKernels({ wasm: {} } as BackendWasm)).to.equal(undefined);
  });

  it('compute the same after the memory has grown, and while it grows', () => {
    const compute = () => {
      const x = numbers(tf, [2, 9, 9, 3], 1) as Tensor4D;
      const filter = numbers(tf, [3, 3, 3, 4], 2) as Tensor4D;
      return [tf.conv2d(x, filter, 1, 'same'), tf.matMul(x.reshape([18, 27]), x.reshape([27, 18]))];
    };
    expectSame(tf, compute);
    void tf.setBackend('wasm');
    const before = bytes();
    // Larger than all that is free: the results and the scratch memory are beyond the old end.
    const large = tf.zeros([before / 4]);
    expectSame(tf, compute);
    expect(bytes()).to.be.above(before);
    large.dispose();
  });

  it('free their scratch memory, also after an error', () => {
    const count = () => backend.numDataIds();
    const before = count();
    const failing = () =>
      withScratch(backend, (scratch) => {
        scratch(64);
        scratch(1 << 20);
        expect(count()).to.equal(before + 2);
        throw new Error('stop');
      });
    expect(failing).to.throw('stop');
    expect(count()).to.equal(before);
  });

  it('read tensors that another engine made', () => {
    void tf.setBackend('cpu');
    const x = numbers(tf, [8, 8]);
    void tf.setBackend('wasm');
    const y = tf.matMul(x, tf.eye(8), true);
    expect(Array.from(y.dataSync())).to.deep.equal(Array.from(tf.transpose(x).dataSync()));
    expect(placeOf(backend, x) % 4).to.equal(0);
    tf.dispose([x, y]);
  });
});
