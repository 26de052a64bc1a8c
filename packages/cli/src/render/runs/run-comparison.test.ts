import type { RunComparison } from '@forge-ml/core/runs';
import { expect } from 'chai';
import picocolors from 'picocolors';
import { renderRunComparison } from './run-comparison.js';

const plain = picocolors.createColors(false);

const comparison: RunComparison = {
  runs: [1, 2, 3].map((number) => ({ name: `digits/${number}`, run: `/r/digits/${number}` })),
  rows: [
    { group: 'flags', name: 'seed', values: [0, 0, 0], equal: true },
    { group: 'flags', name: 'learningRate', values: [0.05, 0.02, null], equal: false },
    {
      group: 'code',
      name: 'stored code',
      values: [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`, 'none'],
      equal: false,
    },
    { group: 'versions', name: 'node', values: ['24.1.0', '24.1.0', '24.1.0'], equal: true },
    {
      group: 'best',
      name: 'valid.accuracy',
      values: [0.9, 0.95, 0.95],
      steps: [40, 20, 60],
      best: [1, 2],
      equal: false,
    },
    {
      group: 'last',
      name: 'valid.accuracy',
      values: [0.9, 0.94, null],
      best: [1],
      equal: false,
    },
  ],
};

const wide = `                   digits/1             digits/2             digits/3
FLAGS
  --learning-rate  0.05                 0.02                 –

CODE
  stored code      sha256:aaaaaaaaaaaa  sha256:bbbbbbbbbbbb  none

BEST METRICS
  valid.accuracy   0.9000 (step 40)     0.9500 (step 20) *   0.9500 (step 60) *

LAST METRICS
  valid.accuracy   0.9000               0.9400 *             –

* best of the row. 2 equal rows not shown: --all shows them.`;

const narrow = `FLAGS
  --learning-rate
    digits/1  0.05
    digits/2  0.02
    digits/3  –

CODE
  stored code
    digits/1  sha256:aaaaaaaaaaaa
    digits/2  sha256:bbbbbbbbbbbb
    digits/3  none

BEST METRICS
  valid.accuracy
    digits/1  0.9000 (step 40)
    digits/2  0.9500 (step 20) *
    digits/3  0.9500 (step 60) *

LAST METRICS
  valid.accuracy
    digits/1  0.9000
    digits/2  0.9400 *
    digits/3  –

* best of the row. 2 equal rows not
shown: --all shows them.`;

describe('renderRunComparison', () => {
  for (const [columns, text] of [
    [200, wide],
    [80, wide],
    [40, narrow],
  ] as const) {
    it(`fits ${columns} columns`, () => {
      expect(renderRunComparison(comparison, false, plain, columns)).to.equal(text);
    });
  }

  it('shows equal rows with all', () => {
    const text = renderRunComparison(comparison, true, plain, 80);
    expect(text)
      .to.match(/^ {2}--seed +0 +0 +0$/m)
      .and.match(/^ {2}node +24\.1\.0 +24\.1\.0 +24\.1\.0$/m);
    expect(text).to.not.include('not shown');
  });

  it("escapes names and values, which are a stranger's", () => {
    const evil = '\u001b[31m\u202e';
    const rows = [
      { group: 'flags', name: evil, values: [evil, 1, 2], equal: false },
      { group: 'last', name: evil, values: [1, 2, 3], best: [], equal: false },
    ] as const;
    for (const columns of [40, 200]) {
      const text = renderRunComparison({ ...comparison, rows }, false, plain, columns);
      expect(text.replaceAll('\n', '')).to.not.match(/[\p{Cc}\p{Cf}]/u);
    }
  });
});
