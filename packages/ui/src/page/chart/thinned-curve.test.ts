import { expect } from 'chai';
import type { Curve } from '../../protocol/curves.js';
import { curve, event, facts, request } from './curve.test.support.js';
import { growCurve } from './grow-curve.js';
import { thinnedCurve } from './thinned-curve.js';

const width = 50;
const count = 20_000;

/** Lowest and highest value of each pixel of the whole axis. */
function extremes(points: Iterable<readonly [number, number]>): [number, number][] {
  const found = Array.from({ length: width }, (): [number, number] => [Infinity, -Infinity]);
  for (const [x, y] of points) {
    const column = found[Math.min(width - 1, Math.floor((x / count) * width))]!;
    column[0] = Math.min(column[0], y);
    column[1] = Math.max(column[1], y);
  }
  return found;
}

function* pointsOf({ lines }: Curve): Iterable<[number, number]> {
  for (const { x, y } of lines) for (let at = 0; at < x.length; at++) yield [x[at]!, y[at]!];
}

describe('thinnedCurve', () => {
  it('keeps a growing curve small, and its peaks where they are', () => {
    const all = Array.from(
      { length: count + 1 },
      (_, at) => [at, Math.sin(at * 12.9898) * Math.cos(at * 0.37)] as const,
    );
    const asked = { ...request, width };
    let grown = curve(all.slice(0, 1));
    let most = 0;
    for (let at = 1; at < all.length; at += 10) {
      const points = event(0, 1, all.slice(at, at + 10)).points['valid.loss']!;
      grown = thinnedCurve(growCurve(grown, points, facts(), asked), asked);
      most = Math.max(
        most,
        grown.lines.reduce((sum, { x }) => sum + x.length, 0),
      );
    }
    expect(most).to.be.at.most(12 * width);
    expect([grown.values, grown.last!.step]).to.deep.equal([count + 1, count]);
    const [kept, full] = [extremes(pointsOf(grown)), extremes(all)];
    // A peak beside the edge of a pixel may be drawn in the next one.
    for (const [column, [low, high]] of full.entries()) {
      const near = kept.slice(Math.max(0, column - 1), column + 2);
      expect(Math.min(...near.map(([lowest]) => lowest))).to.be.at.most(low);
      expect(Math.max(...near.map(([, highest]) => highest))).to.be.at.least(high);
    }
    const ends = (of: readonly [number, number][]) => [
      Math.min(...of.map(([l]) => l)),
      Math.max(...of.map(([, h]) => h)),
    ];
    expect(ends(kept)).to.deep.equal(ends(full));
  });

  it('leaves a short curve as it is', () => {
    const short = curve([
      [1, 1],
      [2, 2],
    ]);
    expect(thinnedCurve(short, request)).to.equal(short);
  });
});
