import { expect } from 'chai';
import { sha256 } from '../../fs/checksum.js';
import type { ComparedCode } from './compared-code.js';
import { diffCode } from './diff-code.js';

function codeOf(
  contents: Readonly<Record<string, string | Buffer>>,
  place: Partial<Pick<ComparedCode, 'root' | 'entries'>> = {},
): ComparedCode {
  const bytes = new Map(Object.entries(contents).map(([path, content]) => [path, Buffer.from(content)]));
  const files = [...bytes].map(([path, content]) => ({ path, bytes: content.length, checksum: sha256(content) }));
  const read: ComparedCode['read'] = async ({ path }) => bytes.get(path)!;
  return { root: '/project', entries: {}, files, dataFiles: [], missing: [], hash: '', read, ...place };
}

describe('diffCode', () => {
  it('has a unified diff of each file that differs', async () => {
    const same = 'export const same = 1;\n';
    const differences = await diffCode(
      codeOf({ 'same.ts': same, 'gone.ts': 'a\n', 'model.ts': 'one\ntwo\nthree' }),
      codeOf({ 'same.ts': same, 'new.ts': 'b\n', 'model.ts': 'one\n2\nthree\n' }),
    );
    expect(differences.map(({ path, change }) => [path, change])).to.deep.equal([
      ['gone.ts', 'removed'],
      ['model.ts', 'changed'],
      ['new.ts', 'added'],
    ]);
    expect(differences.map(({ patch }) => patch)).to.deep.equal([
      '--- a/gone.ts\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n',
      '--- a/model.ts\n+++ b/model.ts\n@@ -1,3 +1,3 @@\n one\n-two\n-three\n\\ No newline at end of file\n+2\n+three\n',
      '--- /dev/null\n+++ b/new.ts\n@@ -0,0 +1,1 @@\n+b\n',
    ]);
  });

  it('only names binary and large files, and those that differ in thousands of lines', async () => {
    const lines = (word: string) => Array.from({ length: 3000 }, (_, at) => `${word}${at}\n`).join('');
    const differences = await diffCode(
      codeOf({
        'a.node': Buffer.from([1, 0, 2]),
        'b.ts': 'x'.repeat(300_000),
        'c.ts': lines('a'),
        'd.ts': Buffer.from([0xff]),
      }),
      codeOf({ 'a.node': Buffer.from([1, 0, 3]), 'b.ts': 'y', 'c.ts': lines('b'), 'd.ts': 'd' }),
    );
    expect(differences.map(({ patch, reason }) => [patch, reason])).to.deep.equal([
      [null, 'binary: 3 bytes'],
      [null, 'large: 300000 bytes'],
      [null, 'more than 1000 lines differ'],
      [null, 'binary: 1 bytes'],
    ]);
  });

  it('shows what it cannot read as the reason', async () => {
    const altered = { ...codeOf({ 'a.ts': 'a' }), read: async () => 'altered after the run was made' };
    const [difference] = await diffCode(altered, codeOf({ 'a.ts': 'b' }));
    expect(difference).to.deep.equal({
      path: 'a.ts',
      change: 'changed',
      patch: null,
      reason: 'altered after the run was made',
    });
  });

  it('compares the same files where one closure reaches further up, and in a project that moved', async () => {
    const inner = codeOf({ 'model.ts': 'a' }, { root: '/project/digits', entries: { model: 'model.ts' } });
    const content = { 'digits/model.ts': 'a', 'shared.ts': 's' };
    for (const root of ['/project', '/elsewhere']) {
      const outer = codeOf(content, { root, entries: { model: 'digits/model.ts' } });
      expect((await diffCode(inner, outer)).map(({ path, change }) => `${change} ${path}`)).to.deep.equal([
        'added shared.ts',
      ]);
      expect((await diffCode(outer, inner)).map(({ path, change }) => `${change} ${path}`)).to.deep.equal([
        'removed shared.ts',
      ]);
    }
  });
});
