import { expect } from 'chai';
import { diffLines } from './diff-lines.js';

describe('lines of a diff', () => {
  it('are added, removed and the same, without the names of the files', () => {
    const diff = '--- a/model.ts\n+++ b/model.ts\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n';
    expect(diffLines(diff)).to.deep.equal([
      { text: '@@ -1,2 +1,2 @@', kind: 'place' },
      { text: ' same', kind: 'same' },
      { text: '-old', kind: 'removed' },
      { text: '+new', kind: 'added' },
    ]);
  });

  it('of what is no diff are the text', () => {
    expect(diffLines('(a binary file)')).to.deep.equal([{ text: '(a binary file)', kind: 'same' }]);
  });
});
