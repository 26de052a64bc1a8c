import { expect } from 'chai';
import type { AxisScales } from '../figures/axis-scales.js';
import { twoObjectives, wide } from './sweep.test.support.js';
import { frontOf, historyOf, parallelOf, sliceOf } from './sweep-figures.js';

const automatic: AxisScales = new Map();

describe('figures of a sweep', () => {
  it('have the trials in order and the best so far', () => {
    const { trials, winner, best } = historyOf(wide, 0, automatic);
    expect(trials.map(({ trial, value }) => [trial, value])).to.deep.equal([
      [1, 3],
      [3, 4],
      [4, 2],
    ]);
    expect(winner?.trial).to.equal(4);
    expect(best.y).to.deep.equal([3, 3, 2]);
  });

  it('have a slice of each parameter, whose rows are the trials', () => {
    const { points, best } = sliceOf(wide, 0, 0, automatic);
    expect(points.map(({ row, x, y }) => [row, x, y])).to.deep.equal([
      [0, 0.1, 3],
      [2, 0.5, 4],
      [3, 0.4, 2],
    ]);
    expect(best?.row).to.equal(3);
  });

  it('have a line of each trial; a parameter that a condition excludes is none', () => {
    const { axes, lines } = parallelOf(wide, 0, automatic);
    expect(axes.map(({ name }) => name)).to.deep.equal(['rate', 'act', 'valid.loss']);
    expect(lines.map(({ row }) => row)).to.deep.equal([1, 2, 0, 3]);
    expect(lines.find(({ row }) => row === 2)!.values).to.deep.equal([0.5, null]);
  });

  it('have both objectives, without a best', () => {
    const { points, best, omitted } = frontOf(twoObjectives, automatic);
    expect(points.map(({ x, y }) => [x, y])).to.deep.equal([
      [3, 0.5],
      [4, 0.5],
      [2, 0.5],
    ]);
    expect([best, omitted]).to.deep.equal([undefined, 1]);
  });

  it('have the axes that a person chose, else those of the space', () => {
    const log = { ...wide, parameters: wide.parameters.map((one) => ({ ...one, isLog: one.name === 'rate' })) };
    const chosen = new Map([
      ['rate', false],
      ['valid.loss', true],
    ]);
    const kinds = (scales: AxisScales) => {
      const { x, y } = sliceOf(log, 0, 0, scales);
      return [x.kind, y.kind, historyOf(log, 0, scales).y.kind, parallelOf(log, 0, scales).axes[0]!.kind];
    };
    expect(kinds(automatic)).to.deep.equal(['log', 'linear', 'linear', 'log']);
    expect(kinds(chosen)).to.deep.equal(['linear', 'log', 'log', 'linear']);
  });
});
