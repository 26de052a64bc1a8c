import { expect } from 'chai';
import { broadcastShapes } from './broadcast.js';
import {
  addDims,
  ceilDivideDims,
  floorDivideDims,
  isNonNegative,
  multiplyDims,
  productOfDims,
  subtractDims,
  unknownDim,
} from './dims.js';

describe('arithmetic on sizes with names', () => {
  it('writes equal sums of products in one way', () => {
    const a = addDims(multiplyDims('seq', 'batch'), addDims('batch', 3));
    const b = addDims(addDims(3, 'batch'), multiplyDims('batch', 'seq'));
    expect(a).to.equal('batch + batch*seq + 3').and.to.equal(b);
    expect(multiplyDims(addDims('n', 1), subtractDims('n', 1))).to.equal('n*n - 1');
    expect(productOfDims([2, 'n', 3])).to.equal('6*n');
  });

  it('simplifies to numbers and plain names', () => {
    expect(subtractDims(addDims('n', 5), 'n')).to.equal(5);
    expect(addDims(subtractDims('n', 1), 1)).to.equal('n');
    expect(multiplyDims('n', 0)).to.equal(0);
    expect(subtractDims(2, 'n')).to.equal('-n + 2');
    expect(addDims('-n + 2', 'n')).to.equal(2);
  });

  it('divides exactly where possible, else names the division', () => {
    expect(floorDivideDims(multiplyDims(6, 'n'), 3)).to.equal('2*n');
    expect(floorDivideDims(addDims(multiplyDims(2, 'n'), 5), 2)).to.equal('n + 2');
    expect(floorDivideDims('a*b*b', 'b')).to.equal('a*b');
    expect(floorDivideDims('n', 2)).to.equal('floor((n)/2)');
    expect(ceilDivideDims('n', 2)).to.equal('floor((n + 1)/2)');
    expect(floorDivideDims('n', 'm + 1')).to.equal('floor((n)/(m + 1))');
    expect(addDims(floorDivideDims(subtractDims('h', 1), 2), 1)).to.equal('floor((h - 1)/2) + 1');
    expect(floorDivideDims(7, -2)).to.equal(-4);
  });

  it('treats results of division as names', () => {
    const half = floorDivideDims('h', 2);
    expect(subtractDims(addDims(half, 3), half)).to.equal(3);
    expect(floorDivideDims(multiplyDims(half, 4), 4)).to.equal(half);
  });

  it('keeps names from other programs', () => {
    expect(addDims('batch-size', 1)).to.equal('batch-size + 1');
    expect(subtractDims('unk__5 + 1', 1)).to.equal('unk__5');
  });

  it('knows what cannot be negative', () => {
    expect([0, 'n', '2*n + 1'].map(isNonNegative)).to.eql([true, true, true]);
    expect([-1, 'n - 1', '-n'].map(isNonNegative)).to.eql([false, false, false]);
  });

  it('makes a unique name for each unknown size', () => {
    expect(unknownDim()).not.to.equal(unknownDim());
  });
});

describe('broadcasting', () => {
  it('prefers numbers to names', () => {
    expect(broadcastShapes(['batch', 1, 3], [5, 1])).to.eql(['batch', 5, 3]);
    expect(broadcastShapes(['n'], [4])).to.eql([4]);
    expect(broadcastShapes(['n'], ['n'], [1])).to.eql(['n']);
    expect(broadcastShapes([0], [1])).to.eql([0]);
    expect(broadcastShapes(['b'], ['a'])).to.eql(['broadcast(a, b)']);
    expect(broadcastShapes(['b'], ['a'], ['c'], ['b'])).to.eql(['broadcast(a, b, c)']);
    expect(broadcastShapes([2, 3], [3, 2])).to.equal(undefined);
  });
});
