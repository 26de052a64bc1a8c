import { expect } from 'chai';
import { scaleOver } from './scale.js';
import { spread } from './spread.js';

const labels = (values: readonly number[], log: boolean, count = 5, nice = true) =>
  scaleOver(values, log, nice)
    .ticks(count)
    .map(({ label }) => label);

describe('scales of a plot', () => {
  it('label round numbers in plain digits, with equal decimals', () => {
    expect(labels([0.02, 1.17], false)).to.deep.equal(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0', '1.2']);
    expect(labels([-50_000, 250_000], false)).to.deep.equal(['-100000', '0', '100000', '200000', '300000']);
    expect(labels([2e-6, 8e-6], false)).to.deep.equal(['2e-6', '3e-6', '4e-6', '5e-6', '6e-6', '7e-6', '8e-6']);
    expect(labels([0, 5e9], false)).to.deep.equal(['0', '1e9', '2e9', '3e9', '4e9', '5e9']);
  });

  it('label powers of ten on a logarithmic axis, and finer ones where it is short', () => {
    expect(labels([0.0002, 90], true, 8)).to.deep.equal(['0.0001', '0.001', '0.01', '0.1', '1', '10', '100']);
    expect(labels([0.02, 0.7], true)).to.deep.equal(['0.02', '0.05', '0.1', '0.2', '0.5']);
    expect(labels([1e-20, 1], true, 4).length).to.be.within(3, 5);
  });

  it('place the ends of the axis at 0 and 1, and ignore what a logarithmic axis cannot show', () => {
    const linear = scaleOver([3, 7], false, false);
    expect([linear.place(3), linear.place(5), linear.place(7)]).to.deep.equal([0, 0.5, 1]);
    const log = scaleOver([0, -4, 1, 100], true, false);
    expect([log.place(1), log.place(10), log.place(100)]).to.deep.equal([0, 0.5, 1]);
  });

  it('have room around a constant, and exist without any value', () => {
    for (const log of [false, true]) {
      expect(scaleOver([5, 5], log, false).place(5)).to.be.closeTo(0.5, 0.01);
      expect(labels([], log).length).to.be.greaterThan(1);
    }
    expect(scaleOver([0], false, false).place(0)).to.equal(0.5);
  });
});

describe('spread', () => {
  it('moves places apart in their order, within the range', () => {
    expect(spread([5, 5, 5], 1, 0, 10)).to.deep.equal([5, 6, 7]);
    expect(spread([10, 9.9, 0], 1, 0, 10)).to.deep.equal([10, 9, 0]);
    expect(spread([3, 1], 1, 0, 10)).to.deep.equal([3, 1]);
    expect(spread([1, 1, 1, 1], 1, 0, 2)).to.deep.equal([0, 1, 2, 3]);
  });
});
