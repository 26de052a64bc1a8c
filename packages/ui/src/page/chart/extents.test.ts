import { expect } from 'chai';
import { curve, line } from './curve.test.support.js';
import { firstAt, horizontalExtent, verticalExtent } from './extents.js';

describe('horizontalExtent', () => {
  it('reaches over lines, marks and the last value, from 0 where that is near', () => {
    const diverged = curve(
      [
        [5, 1],
        [40, 2],
      ],
      { notFinite: [{ value: 'NaN', x: [90] }] },
    );
    expect(horizontalExtent([diverged], [], false)).to.deep.equal({ from: 0, to: 90 });
    expect(
      horizontalExtent(
        [
          curve([
            [50, 1],
            [90, 1],
          ]),
        ],
        [],
        false,
      ),
    ).to.deep.equal({ from: 50, to: 90 });
  });

  it('starts at the first positive place of a logarithmic axis', () => {
    expect(
      horizontalExtent(
        [
          curve([
            [0, 1],
            [3, 1],
            [90, 1],
          ]),
        ],
        [],
        true,
      ),
    ).to.deep.equal({ from: 3, to: 90 });
  });

  it('is wider than one point, and null without any', () => {
    expect(horizontalExtent([curve([[5, 1]])], [], false)).to.deep.equal({ from: 4.5, to: 5.5 });
    expect(horizontalExtent([curve([])], [], false)).to.equal(null);
  });
});

describe('verticalExtent', () => {
  it('shows equal values as a straight line, whatever their average has in its last bits', () => {
    const points = (values: readonly number[]) => values.map((value, x): [number, number] => [x, value]);
    const rate = curve(points([0.01, 0.01]), { smoothed: [line(points([0.01, 0.01 + 2 ** -58]))] });
    const { from, to } = verticalExtent([rate], [], { from: 0, to: 1 }, false);
    expect(from).to.be.closeTo(0.009, 1e-9);
    expect(to).to.be.closeTo(0.011, 1e-9);
  });

  it('has a margin around what is visible: raw, smoothed and bands', () => {
    const lines = curve(
      [
        [0, 100],
        [10, 0],
        [20, 10],
      ],
      {
        smoothed: [
          line([
            [10, -2],
            [20, 18],
          ]),
        ],
      },
    );
    expect(verticalExtent([lines], [], { from: 10, to: 20 }, false)).to.deep.equal({ from: -3, to: 19 });
  });

  it('reaches to where lines cross the edges', () => {
    const lines = curve([
      [0, 0],
      [10, 10],
      [20, 0],
    ]);
    expect(verticalExtent([lines], [], { from: 2, to: 18 }, false)).to.deep.equal({ from: 1.6, to: 10.4 });
    expect(verticalExtent([lines], [], { from: 2, to: 4 }, false)).to.deep.equal({ from: 1.9, to: 4.1 });
  });

  it('ignores what a logarithmic axis cannot show', () => {
    const { from, to } = verticalExtent(
      [
        curve([
          [0, 1],
          [1, 0],
          [2, 100],
        ]),
      ],
      [],
      { from: 0, to: 2 },
      true,
    );
    expect([Math.log10(from), Math.log10(to)]).to.deep.equal([-0.1, 2.1]);
  });

  it('has some height for a constant and for nothing', () => {
    expect(verticalExtent([curve([[0, 2]])], [], { from: 0, to: 1 }, false)).to.deep.equal({ from: 1.8, to: 2.2 });
    expect(verticalExtent([curve([[0, 0]])], [], { from: 0, to: 1 }, false)).to.deep.equal({ from: -1, to: 1 });
    expect(verticalExtent([], [], { from: 0, to: 1 }, false)).to.deep.equal({ from: 0, to: 1 });
  });
});

it('firstAt finds the first number that is not less', () => {
  expect([-1, 1, 2, 3, 9].map((value) => firstAt([1, 2, 2, 5], value))).to.deep.equal([0, 0, 1, 3, 4]);
});
