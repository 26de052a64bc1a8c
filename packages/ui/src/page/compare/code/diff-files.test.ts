import { expect } from 'chai';
import { diffFiles } from './diff-files.js';

describe('code that differs between two runs', () => {
  it('is the lines of each file', () => {
    const diff = '--- a/model.ts\n+++ b/model.ts\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n';
    const [file] = diffFiles({ files: [{ path: 'model.ts', change: 'changed', diff }], truncated: false });
    expect(file).to.include({ path: 'model.ts', from: null, change: 'changed', added: 1, removed: 1 });
    expect(file!.lines.map(({ kind, text }) => [kind, text])).to.deep.equal([
      ['hunk', '@@ -1,2 +1,2 @@'],
      ['context', 'same'],
      ['removed', 'old'],
      ['added', 'new'],
    ]);
  });

  it('is a note for a file that is no text', () => {
    const files = [{ path: 'a.bin', change: 'added', diff: '(a binary file)' }] as const;
    const [file] = diffFiles({ files, truncated: false });
    expect(file).to.include({ path: 'a.bin', change: 'added' });
    expect(file!.lines.map(({ kind, text }) => [kind, text])).to.deep.equal([['note', '(a binary file)']]);
  });
});
