import { expect } from 'chai';
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from './half-precision.js';

const every = Uint16Array.from({ length: 0x10000 }, (_, index) => index);

/** From IEEE 754 and the examples in Wikipedia's article on half precision. */
const known: readonly (readonly [value: number, half: number])[] = [
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [1 / 3, 0x3555],
  [65504, 0x7bff],
  [65519.996, 0x7bff],
  [65520, 0x7c00],
  [Number.POSITIVE_INFINITY, 0x7c00],
  [Number.NEGATIVE_INFINITY, 0xfc00],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000],
  [2 ** -25 * 1.0001, 0x0001],
  [3 * 2 ** -25, 0x0002],
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [2047.5 / 1024, 0x4000],
  // Rounded once: via float32 it would be a tie, and round down.
  [1 + 2 ** -11 + 2 ** -40, 0x3c01],
];

describe('half precision', () => {
  for (const [value, half] of known) {
    it(`${value} is 0x${half.toString(16)} as float16`, () => {
      expect(toFloat16([value])[0]).to.equal(half);
    });
  }

  for (const [name, to, from] of [
    ['float16', toFloat16, fromFloat16],
    ['bfloat16', toBfloat16, fromBfloat16],
  ] as const) {
    it(`every ${name} round-trips, and values between two round to nearest, ties to even`, () => {
      const values = from(every);
      const back = to(values);
      const wrong = every.filter(
        (half) => !(Number.isNaN(values[half]!) ? Number.isNaN(from([back[half]!])[0]) : back[half] === half),
      );
      expect([...wrong]).to.deep.equal([]);
      for (let half = 0; Number.isFinite(values[half + 1]!); half++) {
        const [low, high] = [values[half]!, values[half + 1]!];
        const middle = low + (high - low) / 2;
        const even = half % 2 === 0 ? half : half + 1;
        const quarter = (high - low) / 4;
        const rounded = to([middle, middle - quarter, middle + quarter, -middle]);
        if (String(rounded) !== String([even, half, half + 1, even | 0x8000])) {
          expect([...rounded], String(middle)).to.deep.equal([even, half, half + 1, even | 0x8000]);
        }
      }
    });
  }

  it('NaN stays NaN, and values out of range become infinite', () => {
    expect(toBfloat16([Number.NaN, 3.5e38, -Number.MAX_VALUE, 1, 1 / 3])).to.deep.equal(
      Uint16Array.of(0x7fc0, 0x7f80, 0xff80, 0x3f80, 0x3eab),
    );
    expect(toFloat16([Number.NaN, 1e9])).to.deep.equal(Uint16Array.of(0x7e00, 0x7c00));
  });
});
