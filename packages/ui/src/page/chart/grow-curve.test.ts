import { expect } from 'chai';
import fc from 'fast-check';
import { curve, event, facts, line, pointsOf, request } from './curve.test.support.js';
import { growCurve } from './grow-curve.js';

const points = (values: readonly (readonly [number, number])[]) => event(0, 1, values).points['valid.loss']!;

describe('growCurve', () => {
  it('continues the last line, and keeps what is not finite as marks and gaps', () => {
    const grown = growCurve(
      curve([[1, 4]]),
      points([
        [2, 3],
        [3, Number.NaN],
        [4, 2],
        [5, -Infinity],
      ]),
      facts(),
      request,
    );
    expect(pointsOf(grown)).to.deep.equal([
      [
        [1, 4],
        [2, 3],
      ],
      [[4, 2]],
    ]);
    expect(grown.notFinite).to.deep.equal([
      { value: 'NaN', x: [3] },
      { value: '-Infinity', x: [5] },
    ]);
    expect([grown.values, grown.best?.value, grown.last?.step]).to.deep.equal([5, 2, 5]);
    const again = growCurve(grown, points([[6, 1]]), facts(), request);
    expect(pointsOf(again)).to.deep.equal([
      [
        [1, 4],
        [2, 3],
      ],
      [[4, 2]],
      [[6, 1]],
    ]);
  });

  it('has each value of one step, unless an event overlaps with what is known', () => {
    const start = curve([[4, 3]]);
    const next = points([
      [4, 2],
      [5, 1],
    ]);
    const grown = (overlaps: boolean) => pointsOf(growCurve(start, next, facts(), request, overlaps));
    expect(grown(false)).to.deep.equal([
      [
        [4, 3],
        [4, 2],
        [5, 1],
      ],
    ]);
    expect(grown(true)).to.deep.equal([
      [
        [4, 3],
        [5, 1],
      ],
    ]);
  });

  it('has no better value than the best in the direction of the metric', () => {
    const best = (direction: 'min' | 'max' | null) => {
      const start = curve([[1, 4]], { direction, best: direction === null ? null : curve([[1, 4]]).best });
      return growCurve(
        start,
        points([
          [2, 3],
          [3, 5],
          [4, Number.NaN],
        ]),
        facts(),
        request,
      ).best?.value;
    };
    expect([best('min'), best('max'), best(null)]).to.deep.equal([3, 5, undefined]);
  });

  it('places values on each axis', () => {
    const x = (axis: 'step' | 'epoch' | 'time' | 'clock', rest = {}) =>
      growCurve(curve([]), points([[8, 1]]), facts({ created: 2000, ...rest }), { ...request, axis }).last?.x;
    expect([x('step'), x('time'), x('clock')]).to.deep.equal([8, 6, 8]);
    expect([x('epoch'), x('epoch', { stepsPerEpoch: 4 })]).to.deep.equal([0, 2]);
  });

  it('leaves out what a logarithmic axis cannot show, and counts it', () => {
    const grown = growCurve(
      curve([[1, 4]]),
      points([
        [2, 0],
        [3, 5],
        [4, 6],
      ]),
      facts(),
      { ...request, logY: true },
    );
    expect(pointsOf(grown)).to.deep.equal([
      [[1, 4]],
      [
        [3, 5],
        [4, 6],
      ],
    ]);
    expect(grown.notPositive).to.equal(1);
  });

  it('continues the average of all values', () => {
    const value = fc.double({ min: -100, max: 100, noNaN: true });
    const weight = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 60 }), fc.nat(), weight, (values, cut, smooth) => {
        const first = 1 + (cut % (values.length - 1));
        const all = values.map((y, at) => [at + 1, y] as const);
        const smoothed = all.map(([x], at) => [x, weightedMean(values.slice(0, at + 1), smooth)] as const);
        const start = curve(all.slice(0, first), { smoothed: [line(smoothed.slice(0, first))] });
        const grown = growCurve(start, points(all.slice(first)), facts(), { ...request, smooth });
        const ys = [...grown.smoothed![0]!.y];
        expect(ys.length).to.equal(values.length);
        for (const [at, [, y]] of smoothed.entries()) expect(ys[at]).to.be.closeTo(y, 1e-6);
      }),
    );
  });
});

/** The exponential average of values, from its definition. */
function weightedMean(values: readonly number[], weight: number): number {
  const weights = values.map((_, at) => weight ** (values.length - 1 - at));
  const total = weights.reduce((sum, one) => sum + one, 0);
  return values.reduce((sum, value, at) => sum + value * weights[at]!, 0) / total;
}
