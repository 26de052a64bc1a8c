import { expect } from 'chai';
import fc from 'fast-check';
import { decodeCurves, encodeCurves } from './curve-frame.js';
import type { Curve, Curves, Line } from './curves.js';

const line: fc.Arbitrary<Line> = fc.array(fc.tuple(fc.double(), fc.double()), { maxLength: 20 }).map((points) => ({
  x: Float64Array.from(points, ([x]) => x),
  y: Float64Array.from(points, ([, y]) => y),
}));

const curve: fc.Arbitrary<Curve> = fc.record({
  run: fc.string(),
  metric: fc.string({ unit: 'grapheme' }),
  split: fc.string(),
  name: fc.string(),
  direction: fc.constantFrom('min' as const, 'max' as const, null),
  lines: fc.array(line, { maxLength: 4 }),
  smoothed: fc.option(fc.array(line, { maxLength: 4 })),
  notFinite: fc.constant([{ value: 'NaN' as const, x: [3] }]),
  best: fc.constant(null),
  last: fc.option(fc.record({ x: fc.double(), step: fc.nat(), epoch: fc.nat(), time: fc.nat(), value: fc.double() })),
  values: fc.nat(),
  notPositive: fc.nat(),
});

const curves: fc.Arbitrary<Curves> = fc.record({
  curves: fc.array(curve, { maxLength: 5 }),
  runs: fc.constant([]),
  failed: fc.constant([{ run: 'results/a/1', message: 'It is damaged.' }]),
});

/** −0 is equal to 0 in a plot, and JSON does not keep its sign. */
const plain = (value: Curves) => JSON.parse(JSON.stringify(value, (_key, item) => (Object.is(item, -0) ? 0 : item)));

describe('curves as bytes', () => {
  it('are decoded as they were', () => {
    fc.assert(
      fc.property(curves, (value) => {
        const decoded = decodeCurves(encodeCurves(value).buffer as ArrayBuffer);
        expect(plain(decoded)).to.deep.equal(plain(value));
        for (const [at, { lines, last }] of value.curves.entries()) {
          for (const [place, { x, y }] of lines.entries()) {
            expect(decoded.curves[at]!.lines[place]!.x).to.deep.equal(x);
            expect(decoded.curves[at]!.lines[place]!.y).to.deep.equal(y);
          }
          expect(String(decoded.curves[at]!.last?.value)).to.equal(String(last?.value));
        }
      }),
    );
  });
});
