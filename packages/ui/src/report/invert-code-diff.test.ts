import type { ComparedCode } from '@forge-ml/core/manage';
import { expect } from 'chai';
import { codeDifference } from '../views/code-diff-view.js';
import { invertCodeDiff } from './invert-code-diff.js';

/** Code in memory. @param texts by path */
function codeWith(texts: Readonly<Record<string, string>>): ComparedCode {
  const files = Object.entries(texts).map(([path, text]) => {
    return { path, bytes: text.length, checksum: `sha256:${text}` as const };
  });
  return {
    ...{ root: '/project', entries: {}, files, dataFiles: [], missing: [], hash: '' },
    read: async ({ path }) => Buffer.from(texts[path]!),
  };
}

const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}\n`).join('');

describe('invertCodeDiff', () => {
  for (const [name, before, after] of [
    ['changed lines', { 'model.ts': lines(40) }, { 'model.ts': lines(40).replace('line 5\n', 'a\nb\n') }],
    ['two places', { 'model.ts': lines(40) }, { 'model.ts': `top\n${lines(40).replace('line 30\n', '')}` }],
    ['an added and a removed file', { 'old.ts': lines(3), 'a.ts': 'a\n' }, { 'new.ts': lines(2), 'a.ts': 'a\n' }],
    ['a line end that is missing', { 'model.ts': 'a\nb' }, { 'model.ts': 'a\nc\n' }],
    ['lines that look like a header', { 'model.ts': '-- a/x\n' }, { 'model.ts': '++ b/x\n' }],
    ['a file that is no text', { 'model.node': 'a\0' }, { 'model.node': 'b\0' }],
  ] as const) {
    it(`is the difference in the other direction: ${name}`, async () => {
      const [a, b] = [codeWith(before), codeWith(after)];
      const there = await codeDifference(a, b);
      expect(there.files).to.not.have.length(0);
      expect(invertCodeDiff(there)).to.deep.equal(await codeDifference(b, a));
    });
  }
});
