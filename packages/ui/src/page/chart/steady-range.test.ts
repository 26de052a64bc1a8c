import { expect } from 'chai';
import { steadyRange } from './steady-range.js';

const room = { start: 0, end: 0.1 };
const next = (previous: [number, number] | undefined, needed: [number, number], log = false) => {
  const range = (ends: [number, number]) => ({ from: ends[0], to: ends[1] });
  const { from, to } = steadyRange(previous && range(previous), range(needed), log, room);
  return [from, to];
};

describe('steadyRange', () => {
  it('starts with what is needed', () => {
    expect(next(undefined, [0, 100])).to.deep.equal([0, 100]);
  });

  it('gets room for more when the data grows over its end, and then stays', () => {
    expect(next([0, 100], [0, 101])).to.deep.equal([0, 111.1]);
    expect(next([0, 111.1], [0, 108])).to.deep.equal([0, 111.1]);
  });

  it('shrinks when most of it is unused', () => {
    expect(next([0, 100], [0, 50])).to.deep.equal([0, 50]);
  });

  it('has room in proportion on a logarithmic axis', () => {
    const [from, to] = next([1, 100], [1, 1000], true);
    expect([from, Math.log10(to!)]).to.deep.equal([1, 3.3]);
  });
});
