import { expect } from 'chai';
import { formatCount, formatDuration, formatNumber } from './numbers.js';

it('formatCount separates thousands', () => {
  const counts = [0, 999, 1000, 100_352, 1_234_567, 9_007_199_254_740_991];
  expect(counts.map(formatCount)).to.deep.equal(counts.map((count) => count.toLocaleString('en')));
});

it('formatNumber writes four decimals, or an exponent where they would show nothing', () => {
  const pairs: readonly [number, string][] = [
    [0, '0.0000'],
    [1, '1.0000'],
    [0.97654321, '0.9765'],
    [-0.5, '-0.5000'],
    [12.3456, '12.35'],
    [640, '640'],
    [1234.56, '1234.6'],
    [0.00012345, '1.23e-4'],
    [123456789, '1.23e+8'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ];
  expect(pairs.map(([value]) => formatNumber(value))).to.deep.equal(pairs.map(([, text]) => text));
});

it('formatDuration writes minutes and seconds, and hours where there are any', () => {
  expect([0, 7.4, 61, 3599.6, 10_935].map(formatDuration)).to.deep.equal([
    '0:00',
    '0:07',
    '1:01',
    '1:00:00',
    '3:02:15',
  ]);
});
