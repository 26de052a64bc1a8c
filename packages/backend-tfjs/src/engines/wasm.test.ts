import { expect } from 'chai';
import { wasm } from './wasm.js';

const request = { searchFrom: [] };

describe('the wasm engine', () => {
  it('reports its device and the settings that affect results', async () => {
    const { tf, tfBackend, info } = await wasm.start(request);
    expect(tf.getBackend()).to.equal(tfBackend);
    expect(info).to.deep.include({ backend: 'tfjs', engine: 'wasm', device: 'cpu', warnings: [] });
    expect(info.versions).to.include({ '@tensorflow/tfjs': '4.22.0', '@tensorflow/tfjs-backend-wasm': '4.22.0' });
    expect(info.versions).to.have.property('@forge-ml/backend-tfjs');
    expect(info.settings).to.deep.equal({ simd: true, threads: 1 });
  });

  it('warns that it cannot use a GPU', async () => {
    const { info } = await wasm.start({ ...request, gpu: '1' });
    expect(info.warnings).to.deep.equal(['The engine wasm runs on the CPU; --gpu 1 has no effect.']);
  });

  it('installs its kernels once', async () => {
    const { tf } = await wasm.start(request);
    const kernels = tf.getKernelsForBackend('wasm').map((kernel) => kernel.kernelFunc);
    await wasm.start(request);
    expect(tf.getKernelsForBackend('wasm').map((kernel) => kernel.kernelFunc)).to.have.ordered.members(kernels);
  });

  it('leaves the handling of uncaught errors to the program', async () => {
    await wasm.start(request);
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      const handlers = process.rawListeners(event).map(String);
      expect(handlers.filter((source) => source.includes('ExitStatus') || source.includes('throw reason'))).to.be.empty;
    }
  });
});
