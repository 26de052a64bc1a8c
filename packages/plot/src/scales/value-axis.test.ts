import { expect } from 'chai';
import { type PlainValue, valueAxis } from './value-axis.js';

const kinds = (values: readonly PlainValue[], log?: boolean) => valueAxis('lr', values, { log }).kind;
const labels = (values: readonly PlainValue[], count = 10) =>
  valueAxis('lr', values)
    .ticks(count)
    .map(({ label }) => label);

describe('valueAxis', () => {
  it('is logarithmic where the numbers are spread more evenly so, and says it', () => {
    expect(kinds([1e-5, 1e-4, 1e-3, 1e-2])).to.equal('log');
    expect(kinds([16, 32, 64, 128, 256])).to.equal('log');
    expect(kinds([1, 20, 40, 60, 80, 100])).to.equal('linear');
    expect(kinds([32, 64])).to.equal('linear');
    expect(kinds([0, 1e-5, 1e-3, 1])).to.equal('linear');
    expect(kinds([1e-5, 1e-3, 1], false)).to.equal('linear');
    expect(valueAxis('lr', [1e-5, 1e-3, 1e-1]).title).to.equal('lr, log scale');
  });

  it('places numbers between its ends, and those it cannot show nowhere', () => {
    const axis = valueAxis('lr', [0.01, 0.1, 1, Number.NaN], { log: true });
    expect([0.01, 0.1, 1].map(axis.place)).to.deep.equal([0, 0.5, 1]);
    for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 'x', null]) {
      expect(axis.place(value)).to.equal(undefined);
    }
  });

  it('places runs without the flag apart from all numbers', () => {
    const axis = valueAxis('dropout', [null, 0, 0.5], { log: false });
    expect(axis.place(null)).to.equal(0);
    expect(axis.place(0)).to.be.greaterThan(0.1);
    expect(axis.place(0.5)).to.equal(1);
    expect(axis.ticks(3)[0]).to.deep.equal({ place: 0, label: 'none' });
  });

  it('has categories in order, at most as many labels as there is room for', () => {
    expect(labels(['sgd', 'adam', null, 'sgd'])).to.deep.equal(['none', 'adam', 'sgd']);
    expect(labels([true, false])).to.deep.equal(['false', 'true']);
    expect(labels(['auto', 10, 9])).to.deep.equal(['9', '10', 'auto']);
    const axis = valueAxis('optimizer', ['a', 'b']);
    expect(['a', 'b', 'c'].map(axis.place)).to.deep.equal([0.25, 0.75, undefined]);
    const many = Array.from({ length: 100 }, (_, at) => `run ${at}`);
    expect(labels(many, 7).length).to.be.within(5, 7);
    expect(labels(['', '\u001b[2J'])).to.deep.equal(['""', '\\x1b[2J']);
  });

  it('labels few values of a flag themselves', () => {
    const ticksOf = (values: readonly number[]) => {
      const axis = valueAxis('hidden', values, { discrete: true });
      return axis.ticks(5).map(({ label, place }) => [label, Number(place.toFixed(3))]);
    };
    expect(ticksOf([16, 64, 256, 32, 128])).to.deep.equal([
      ['16', 0],
      ['32', 0.25],
      ['64', 0.5],
      ['128', 0.75],
      ['256', 1],
    ]);
    expect(ticksOf([1, 1.01, 2, 3]).map(([label]) => label)).to.include('1.5');
  });

  it('exists without any value', () => {
    expect(labels([])).to.deep.equal([]);
    expect(valueAxis('lr', []).place(1)).to.equal(undefined);
  });
});
