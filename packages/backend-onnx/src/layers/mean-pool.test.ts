import { constant, tensorOf } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import { meanPool } from './mean-pool.js';
import { runLayer } from './run-layer.test.support.js';

describe('meanPool', () => {
  const tokens = { shape: [2, 3, 2], data: Float32Array.of(1, 2, 3, 4, 9, 9, 5, 6, 7, 8, 9, 10) };

  it('is the mean of the tokens without padding, and 0 for a text without tokens', async () => {
    for (const [mask, expected] of [
      [
        [1, 1, 0, 1, 1, 1],
        [2, 3, 7, 8],
      ],
      [
        [0, 0, 0, 0, 1, 0],
        [0, 0, 7, 8],
      ],
    ] as const) {
      const arrays = { tokens, mask: { shape: [2, 3], data: Int32Array.from(mask) } };
      const { values, shape } = await runLayer(({ tokens, mask }) => meanPool(tokens!, mask!), arrays);
      expect([values, shape]).to.deep.equal([expected, [2, 2]]);
    }
  });

  it('refuses values of other shapes', () => {
    const rows = constant(tensorOf([1, 2], 'float32', [1, 2]));
    expect(() => meanPool(rows, rows)).to.throw('meanPool takes tokens [batch, time, size]');
  });
});
