import type { RunDiff } from '@forge-ml/core/runs';
import { expect } from 'chai';
import picocolors from 'picocolors';
import { textWidth } from '../../terminal/text-width.js';
import { renderRunDiff } from './run-diff.js';

const plain = picocolors.createColors(false);
const commit = (digit: string) => digit.repeat(40);

const diff: RunDiff = {
  a: { name: 'digits/1', run: '/r/digits/1' },
  b: { name: 'digits/2', run: '/r/digits/2' },
  same: false,
  flags: [
    {
      name: 'learningRate',
      a: { value: 0.05, source: 'default' },
      b: { value: 0.02, source: 'command line' },
    },
    { name: 'augment', a: null, b: { value: true, source: 'default' } },
  ],
  code: [
    {
      path: 'model.ts',
      change: 'changed',
      patch: '--- a/model.ts\n+++ b/model.ts\n@@ -1,1 +1,1 @@\n-a\tb\n+b\n',
      reason: null,
    },
    { path: 'kernel.node', change: 'added', patch: null, reason: 'binary: 9 bytes' },
  ],
  facts: {
    progress: [],
    git: [{ name: 'commit', a: commit('a'), b: commit('b') }],
    versions: [],
    data: [{ name: 'points.csv', a: `12 bytes, sha256:${'0'.repeat(64)}`, b: `13 bytes, sha256:${'1'.repeat(64)}` }],
    engine: [],
  },
  last: [{ name: 'valid.loss', a: 0.12341, b: 0.12342 }],
  best: [{ name: 'valid.loss', a: { value: Number.NaN, step: 5 }, b: null }],
  notCompared: [],
};

const code = `CODE
  changed model.ts
  added kernel.node (binary: 9 bytes)

--- a/model.ts
+++ b/model.ts
@@ -1,1 +1,1 @@
-a\tb
+b`;

const wide = `                   digits/1                       digits/2
FLAGS
  --learning-rate  0.05 (default)                 0.02 (command line)
  --augment        –                              true (default)

GIT
  commit           aaaaaaaaaaaa                   bbbbbbbbbbbb

DATA
  points.csv       12 bytes, sha256:000000000000  13 bytes, sha256:111111111111

BEST METRICS
  valid.loss       NaN (step 5)                   –

LAST METRICS
  valid.loss       0.12341                        0.12342

${code}

No difference in progress, versions and engine.`;

const narrow = `FLAGS
  --learning-rate
    digits/1  0.05 (default)
    digits/2  0.02 (command line)
  --augment
    digits/1  –
    digits/2  true (default)

GIT
  commit
    digits/1  aaaaaaaaaaaa
    digits/2  bbbbbbbbbbbb

DATA
  points.csv
    digits/1  12 bytes,
              sha256:000000000000
    digits/2  13 bytes,
              sha256:111111111111

BEST METRICS
  valid.loss
    digits/1  NaN (step 5)
    digits/2  –

LAST METRICS
  valid.loss
    digits/1  0.12341
    digits/2  0.12342

${code}

No difference in progress, versions and
engine.`;

describe('renderRunDiff', () => {
  for (const [columns, text] of [
    [200, wide],
    [80, wide],
    [40, narrow],
  ] as const) {
    it(`fits ${columns} columns`, () => {
      expect(renderRunDiff(diff, plain, columns)).to.equal(text);
      for (const line of text.split('\n')) expect(textWidth(line), line).to.be.at.most(columns);
    });
  }

  it('names in one sentence what is equal', () => {
    const facts = { progress: [], git: [], versions: [], data: [], engine: [] };
    const same = { ...diff, same: true, flags: [], code: [], facts, last: [], best: [] };
    expect(renderRunDiff(same, plain, 200)).to.equal(
      'digits/1 and digits/2 do not differ in flags, code, progress, git, versions, data, engine and metrics.',
    );
    const lines = renderRunDiff(same, plain, 40).split('\n');
    expect(lines.length).to.equal(3);
    for (const line of lines) expect(textWidth(line)).to.be.at.most(40);
    const b = { name: 'the project', run: null };
    const working = renderRunDiff({ ...same, b, notCompared: ['progress', 'data', 'metrics'] }, plain, 200);
    expect(working).to.equal('digits/1 and the project do not differ in flags, code, git, versions and engine.');
  });

  it('escapes what a stranger may have written into code, names and values, and colours only on request', () => {
    const evil = '\u001b[31m\u001b]0;x\u0007\u202e';
    const hostile: RunDiff = {
      ...diff,
      flags: [{ name: evil, a: { value: evil, source: 'default' }, b: null }],
      code: [{ path: evil, change: 'changed', patch: `--- a/${evil}\n+${evil}\r\n`, reason: null }],
    };
    expect(renderRunDiff(hostile, plain, 80).replaceAll('\n', '')).to.not.match(/[\p{Cc}\p{Cf}]/u);
    const colored = renderRunDiff(diff, picocolors.createColors(true), 80);
    expect(colored).to.include('\u001b[32m+b\u001b[39m').and.include('\u001b[31m-a\tb\u001b[39m');
  });
});
