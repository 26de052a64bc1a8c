import { expect } from 'chai';
import { tensor } from '../../tensor/tensor-data.js';
import { collect, failure, numbered, xs } from '../collect.test.support.js';
import { fromArrays } from '../pipeline/arrays.js';
import { fromGenerator } from '../pipeline/generator.js';

const streamed = (length: number) =>
  fromGenerator(function* () {
    for (let x = 0; x < length; x++) yield { x: Int32Array.of(x) };
  }).map(({ x }) => ({ x: tensor(x, []) }));

describe('window', () => {
  it('stacks consecutive elements along a new first axis', async () => {
    const series = fromArrays({
      y: tensor(
        Float32Array.from({ length: 12 }, (_, at) => at),
        [6, 2],
      ),
    });
    const [first, second] = await collect(series.window(3));
    expect(first!.y.shape).to.deep.equal([3, 2]);
    expect(xs([{ x: second!.y }])).to.deep.equal([[6, 7, 8, 9, 10, 11]]);
  });

  for (const [size, step, dropRemainder, expected] of [
    [
      3,
      undefined,
      undefined,
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    ],
    [3, undefined, false, [[0, 1, 2], [3, 4, 5], [6]]],
    [
      3,
      1,
      true,
      [
        [0, 1, 2],
        [1, 2, 3],
        [2, 3, 4],
        [3, 4, 5],
        [4, 5, 6],
      ],
    ],
    [3, 2, false, [[0, 1, 2], [2, 3, 4], [4, 5, 6], [6]]],
    [
      2,
      3,
      true,
      [
        [0, 1],
        [3, 4],
      ],
    ],
    [2, 3, false, [[0, 1], [3, 4], [6]]],
    [9, 1, true, []],
    [
      9,
      4,
      false,
      [
        [0, 1, 2, 3, 4, 5, 6],
        [4, 5, 6],
      ],
    ],
  ] as const) {
    it(`of ${size}, step ${step}, dropRemainder ${dropRemainder}, over arrays and streams, from every position`, async () => {
      const options = { ...(step && { step }), ...(dropRemainder !== undefined && { dropRemainder }) };
      for (const source of [numbered(7), streamed(7)]) {
        const windows = source.window(size, options);
        for (let skip = 0; skip <= expected.length; skip++) {
          expect(xs(await collect(windows, 0, skip))).to.deep.equal(expected.slice(skip));
        }
      }
      expect(numbered(7).window(size, options).length).to.equal(expected.length);
    });
  }

  it('keeps random access, before and after a shuffle', async () => {
    const read = xs(await collect(numbered(1000).window(10, { step: 1 }).shuffle(1, { buffer: 1 })));
    expect(read).to.have.length(991);
    expect(read.every((window) => window.every((x, at) => x === window[0]! + at))).to.equal(true);
    expect(Math.max(...read.slice(0, 50).flat())).to.be.above(500);
  });

  it('refuses invalid sizes and steps, and names that mean the step elsewhere', async () => {
    expect((await failure(() => numbered(5).window(0))).code).to.equal('DATA_INVALID');
    expect((await failure(() => numbered(5).window(2, { step: 0 }))).code).to.equal('DATA_INVALID');
    const shift = (await failure(() => numbered(5).window(2, { shift: 1 } as never))) as unknown as { hint: string };
    expect(shift.hint).to.equal('Did you mean "step"?');
  });
});
