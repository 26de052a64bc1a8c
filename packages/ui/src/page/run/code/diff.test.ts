import { expect } from 'chai';
import { parseDiff } from './diff.js';

const diff = `diff --git a/src/a b.ts b/src/a b.ts
index 3f1c2aa..8e21d0b 100644
--- a/src/a b.ts
+++ b/src/a b.ts
@@ -6,3 +6,4 @@ export default
 context
--- a/removed
+++ b/added
+more

diff --git a/new.ts b/new.ts
new file mode 100644
index 0000000..8e21d0b
--- /dev/null
+++ b/new.ts
@@ -0,0 +1 @@
+one
\\ No newline at end of file
diff --git a/old.ts b/old.ts
deleted file mode 100644
--- a/old.ts
+++ /dev/null
@@ -1 +0,0 @@
-one
diff --git a/x.ts b/y.ts
similarity index 100%
rename from x.ts
rename to y.ts
diff --git a/a.png b/a.png
index 1..2 100644
Binary files a/a.png and b/a.png differ
`;

describe('parseDiff', () => {
  const files = parseDiff(diff);

  it('divides a diff into files, with what happened to each', () => {
    expect(files.map(({ path, from, change, added, removed }) => [path, from, change, added, removed])).to.deep.equal([
      ['src/a b.ts', null, 'changed', 2, 1],
      ['new.ts', null, 'added', 1, 0],
      ['old.ts', null, 'removed', 0, 1],
      ['y.ts', 'x.ts', 'renamed', 0, 0],
      ['a.png', null, 'changed', 0, 0],
    ]);
  });

  it('numbers lines of both versions, also those that look like names of files', () => {
    expect(files[0]!.lines.map(({ kind, text, before, after }) => [kind, text, before, after])).to.deep.equal([
      ['hunk', '@@ -6,3 +6,4 @@ export default', null, null],
      ['context', 'context', 6, 6],
      ['removed', '-- a/removed', 7, null],
      ['added', '++ b/added', null, 7],
      ['added', 'more', null, 8],
      ['context', '', 8, 9],
    ]);
  });

  it('keeps what git says of a file', () => {
    const notes = files.flatMap(({ lines }) => lines.filter(({ kind }) => kind === 'note').map(({ text }) => text));
    expect(notes).to.deep.equal(['\\ No newline at end of file', 'Binary files a/a.png and b/a.png differ']);
  });

  it('shows a text that is no diff', () => {
    const [file] = parseDiff('hello\n');
    expect(file).to.include({ path: '', change: 'changed' });
    expect(file!.lines.map(({ text }) => text)).to.deep.equal(['hello']);
    expect(parseDiff('')).to.deep.equal([]);
  });
});
