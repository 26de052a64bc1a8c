import { expect } from 'chai';
import type { FormulaName } from './formulas.js';
import type { UpdateCall } from './kernels.js';
import { openKernels } from './open-kernels.js';
import { sharedMemory } from './shared-memory.js';
import { Memory } from './web-assembly.js';

const pageSize = 65_536;
const call: UpdateCall = {
  formula: 'momentum',
  count: 5,
  parameter: 0,
  gradient: 20,
  slots: [40],
  constants: [0.9, 0.1],
};

describe('checks of calls', () => {
  const kernels = openKernels(new Memory({ initial: 1, maximum: 2, shared: false }));
  const failure = (changes: Partial<UpdateCall>) => () => kernels.update({ ...call, ...changes });

  it('accepts elements up to the end of the memory', () => {
    kernels.update({ ...call, slots: [pageSize - 20] });
  });

  it('names the place that is outside the memory', () => {
    const end = 'momentum: velocity: 5 elements at 65520 end after the memory of 65536 bytes.';
    expect(failure({ slots: [pageSize - 16] })).to.throw(RangeError, end);
    expect(failure({ parameter: -4 })).to.throw(RangeError, 'parameter: the place -4');
    expect(failure({ next: { parameter: 0, slots: [pageSize] } })).to.throw(RangeError, 'next velocity');
    expect(failure({ average: { place: pageSize, share: 0.1 } })).to.throw(RangeError, 'average');
    expect(failure({ count: Number.MAX_SAFE_INTEGER })).to.throw(RangeError);
  });

  it('names a place or a count that cannot be one', () => {
    expect(failure({ gradient: 22 })).to.throw(RangeError, 'gradient: the place 22 is not a multiple of 4 bytes.');
    expect(failure({ gradient: Number.NaN })).to.throw(RangeError, 'NaN');
    expect(failure({ count: 1.5 })).to.throw(RangeError, '1.5');
    expect(failure({ count: -1 })).to.throw(RangeError, '-1');
    expect(() => kernels.accumulate(2, 0, 1)).to.throw(RangeError, 'sum');
    expect(() => kernels.sumOfSquares(pageSize, 1)).to.throw(RangeError, 'gradient');
  });

  it('names a formula, slots and constants that do not fit', () => {
    expect(failure({ formula: 'adamw' as FormulaName })).to.throw('There is no formula "adamw"');
    expect(failure({ slots: [] })).to.throw('momentum has 1 slots (velocity), not 0.');
    expect(failure({ constants: [1] })).to.throw('momentum has 2 constants (momentum, rate), not 1.');
    expect(failure({ next: { parameter: 0, slots: [] } })).to.throw('next slots');
  });

  it('works above 2 GiB', () => {
    const memory = sharedMemory(4 * 2 ** 30);
    const [place, last] = [3 * 2 ** 30 + 4, 2 ** 32 - 12];
    const [sums, gradients] = [place, last].map((at) => new Float32Array(memory.buffer, at, 3).fill(1));
    openKernels(memory).accumulate(place, last, 3);
    openKernels(memory).update({ ...call, count: 3, parameter: last, gradient: place, slots: [0] });
    expect([...sums!, ...gradients!]).to.deep.equal([2, 2, 2, ...Array(3).fill(Math.fround(1 - Math.fround(0.2)))]);
    expect(() => sharedMemory(5 * 2 ** 30)).to.throw(RangeError, 'at most 4 GiB');
  });

  it('works in a memory that has grown', () => {
    const memory = new Memory({ initial: 1, maximum: 3, shared: false });
    const grown = openKernels(memory);
    grown.accumulate(0, 0, 1);
    memory.grow(1);
    const view = new Float32Array(memory.buffer, pageSize, 2);
    view.set([1, 2]);
    grown.accumulate(pageSize, pageSize + 4, 1);
    expect(view[0]).to.equal(3);
  });
});
