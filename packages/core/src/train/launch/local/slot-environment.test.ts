import { expect } from 'chai';
import { slotEnvironment } from './slot-environment.js';

describe('slotEnvironment', () => {
  const each = (slots: number, environment: Record<string, string>, cores = 16) =>
    Array.from({ length: slots }, (_, slot) => slotEnvironment(slot, slots, environment, cores));

  it('gives all processes the same number of cores, at least one', () => {
    expect(each(3, {})).to.deep.equal(Array(3).fill({ FORGE_THREADS: '5' }));
    expect(each(4, {}, 2)).to.deep.equal(Array(4).fill({ FORGE_THREADS: '1' }));
    expect(each(1, {})).to.deep.equal([{}]);
    expect(each(2, { FORGE_THREADS: '7' })).to.deep.equal([{}, {}]);
  });

  it('shares several GPUs out', () => {
    const gpus = (slots: number, list: string) =>
      each(slots, { CUDA_VISIBLE_DEVICES: list }).map(({ CUDA_VISIBLE_DEVICES }) => CUDA_VISIBLE_DEVICES);
    expect(gpus(5, '0,1')).to.deep.equal(['0', '1', '0', '1', '0']);
    expect(gpus(2, '4, GPU-8f,6,7,')).to.deep.equal(['4,6', ' GPU-8f,7']);
    expect(gpus(2, '3')).to.deep.equal([undefined, undefined]);
    expect(gpus(2, '')).to.deep.equal([undefined, undefined]);
    expect(gpus(1, '0,1')).to.deep.equal([undefined]);
  });
});
