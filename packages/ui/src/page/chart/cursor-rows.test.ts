import { expect } from 'chai';
import { chartRuns } from './chart-runs.js';
import { cursorRows, rowsAround } from './cursor-rows.js';
import { curve, line } from './curve.test.support.js';
import { styledCurves } from './styled-curves.js';

const runs = chartRuns(['1', '2', '3'].map((number) => ({ id: `results/a/${number}`, label: `a/${number}` })));
const values = (x: number | null, ...curves: Parameters<typeof curve>[]) => {
  const all = curves.map(([points, rest], at) => curve(points, { run: `results/a/${at + 1}`, ...rest }));
  return cursorRows(styledCurves(runs, all), [], x).map(({ label, x: place, value }) => [label, place, value]);
};

describe('cursorRows', () => {
  it('has the nearest value of each run, the highest first', () => {
    const first: Parameters<typeof curve> = [
      [
        [0, 1],
        [10, 2],
        [20, 3],
      ],
    ];
    const second: Parameters<typeof curve> = [
      [
        [0, 5],
        [16, 6],
      ],
    ];
    expect(values(12, first, second)).to.deep.equal([
      ['a/2', 16, 6],
      ['a/1', 10, 2],
    ]);
  });

  it('has no value where a run has ended or not started', () => {
    expect(
      values(
        15,
        [
          [
            [0, 1],
            [10, 2],
          ],
        ],
        [
          [
            [0, 5],
            [20, 6],
          ],
        ],
        [
          [
            [16, 3],
            [20, 6],
          ],
        ],
      ),
    ).to.deep.equal([['a/2', 20, 6]]);
  });

  it('has the nearest value in a gap, and those that are not finite', () => {
    const gap = {
      lines: [
        line([
          [0, 1],
          [10, 2],
        ]),
        line([[30, 3]]),
      ],
      notFinite: [{ value: 'NaN' as const, x: [20] }],
    };
    expect(values(13, [[[0, 0]], gap])).to.deep.equal([['a/1', 10, 2]]);
    expect(
      values(
        20.5,
        [[[0, 0]], gap],
        [
          [
            [20, 1],
            [22, 1],
          ],
        ],
      ),
    ).to.deep.equal([
      ['a/2', 20, 1],
      ['a/1', 20, Number.NaN],
    ]);
  });

  it('has the last values without a crosshair', () => {
    const diverged = { lines: [line([[0, 1]])], notFinite: [{ value: 'Infinity' as const, x: [9] }] };
    expect(
      values(
        null,
        [
          [
            [0, 1],
            [10, 2],
          ],
        ],
        [
          [
            [0, 5],
            [5, 6],
          ],
        ],
        [[], diverged],
      ),
    ).to.deep.equal([
      ['a/3', 9, Infinity],
      ['a/2', 5, 6],
      ['a/1', 10, 2],
    ]);
  });

  it('has the smoothed value at the same place', () => {
    const smoothed = curve(
      [
        [0, 1],
        [10, 2],
      ],
      {
        smoothed: [
          line([
            [0, 1],
            [10, 1.5],
          ]),
        ],
      },
    );
    expect(cursorRows(styledCurves(runs, [smoothed]), [], 9)[0]).to.deep.include({ value: 2, smoothed: 1.5 });
  });

  it('has the median of a band and its ends', () => {
    const band = { x: [0, 10, 20], middle: [1, 2, 3], low: [0, 1, 2], high: [2, 3, 4], runs: [2, 2, 2] };
    const look = { id: 'g', label: 'lr 0.1', color: 0, dash: 0, split: 'valid', name: 'loss' };
    const at = (x: number | null) => cursorRows([], [{ ...look, bands: [band] }], x)[0];
    expect(at(13)).to.deep.include({ x: 10, value: 2, spread: [1, 3] });
    expect(at(17)).to.deep.include({ x: 20, value: 3, spread: [2, 4] });
    expect(at(null)).to.deep.include({ x: 20, value: 3 });
    expect(at(21)).to.equal(undefined);
  });
});

it('rowsAround shows the emphasized row where there is little room', () => {
  const rows = Array.from({ length: 100 }, (_, at) => ({ id: `${at}` })) as unknown as Parameters<typeof rowsAround>[0];
  const around = (id: string | null) => {
    const { rows: shown, before, after } = rowsAround(rows, id, 5);
    return [before, shown.map((row) => row.id).join(' '), after];
  };
  expect(around('50')).to.deep.equal([48, '48 49 50 51 52', 47]);
  expect(around('99')).to.deep.equal([95, '95 96 97 98 99', 0]);
  expect(around(null)).to.deep.equal([0, '0 1 2 3 4', 95]);
  expect(rowsAround(rows, null, 100).after).to.equal(0);
});
