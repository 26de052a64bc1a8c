import { expect } from 'chai';
import { makeScatter } from './scatter.js';

const metric = { name: 'valid.loss', direction: 'min' } as const;
const rows = (xs: readonly (number | string | null)[], ys: readonly (number | null)[]) =>
  xs.map((x, at) => ({ name: `churn/${at + 1}`, x, y: ys[at]! }));

describe('makeScatter', () => {
  it('places runs by flag and metric, on logarithmic axes where the values ask for them', () => {
    const scatter = makeScatter(rows([0.001, 0.01, 0.1], [3, 1, 2]), { flag: { name: 'lr' }, metric });
    expect([scatter.x.title, scatter.y.title]).to.deep.equal(['lr, log scale', 'valid.loss']);
    const places = scatter.points.map(({ across }) => across);
    for (const [at, place] of [0, 0.5, 1].entries()) expect(places[at]).to.be.closeTo(place, 1e-9);
    expect(scatter.points.map(({ up }) => up)).to.deep.equal([1, 0, 0.5]);
    expect(scatter.points.map(({ x, y }) => [x, y])).to.deep.equal([
      [0.001, 3],
      [0.01, 1],
      [0.1, 2],
    ]);
    expect(scatter.best!.name).to.equal('churn/2');
  });

  it('marks values that are not finite at the ends, and counts what it cannot show', () => {
    const ys = [1, Number.NaN, Number.NEGATIVE_INFINITY, null, 2];
    const scatter = makeScatter(rows([1, 2, 3, 4, 5], ys), { flag: { name: 'depth' }, metric });
    expect(scatter.points.map(({ up }) => up)).to.deep.equal([0, 1, 0, 1]);
    expect(scatter.points.map(({ row }) => row)).to.deep.equal([0, 1, 2, 4]);
    expect([scatter.omitted, scatter.best!.row]).to.deep.equal([1, 0]);
    const log = makeScatter(rows([0, 1], [1, 2]), { flag: { name: 'decay', log: true }, metric });
    expect([log.points.length, log.omitted]).to.deep.equal([1, 1]);
  });

  it('puts runs of a category next to each other, within it', () => {
    const xs = Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? 'adam' : 'sgd'));
    const { points } = makeScatter(
      rows(
        xs,
        xs.map((_, at) => at),
      ),
      { flag: { name: 'optimizer' }, metric },
    );
    const adam = points.filter(({ x }) => x === 'adam').map(({ across }) => across);
    expect(new Set(adam).size).to.equal(50);
    expect(Math.min(...adam)).to.be.at.least(0);
    expect(Math.max(...adam)).to.be.at.most(0.5);
    expect(adam[0]).to.equal(0.25);
  });

  it('has no best run without a direction', () => {
    const settings = { flag: { name: 'lr' }, metric: { name: 'valid.score' } };
    expect(makeScatter(rows([1, 2], [1, 2]), settings).best).to.equal(undefined);
    expect(makeScatter([], settings).points).to.deep.equal([]);
  });
});
