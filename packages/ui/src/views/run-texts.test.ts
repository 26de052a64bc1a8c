import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { codeFile, gitDiff, logChunk } from './run-texts.js';
import { changeRun, codeOf, trainToy, useFolder, viewedRun } from './trained-run.test.support.js';

describe('codeFile', () => {
  const folder = useFolder();

  it('has the text of a stored file', async () => {
    const run = await trainToy(folder(), ['--steps', '1']);
    const { text, truncated } = await codeFile(run, 0, 'model.ts');
    expect(text).to.include('defineModel');
    expect(truncated).to.equal(false);
  });

  it('refuses what the manifest does not name, a version that is not there, and altered or linked files', async () => {
    const run = await trainToy(folder(), ['--steps', '1']);
    for (const path of ['../run.json', '/etc/passwd', 'code/model.ts', '..%2frun.json', '', 'model.ts\0']) {
      expect(await codeOf(() => codeFile(run, 0, path)), path).to.equal('CODE_MISSING');
    }
    expect(await codeOf(() => codeFile(run, 1, 'model.ts'))).to.equal('CODE_MISSING');
    await changeRun(run, { 'code/model.ts': '<script>' });
    expect(await codeOf(() => codeFile(run, 0, 'model.ts'))).to.equal('CODE_ALTERED');
    await rm(join(run.folder.path, 'code/model.ts'));
    await symlink('/etc/passwd', join(run.folder.path, 'code/model.ts'));
    expect(await codeOf(() => codeFile(run, 0, 'model.ts'))).to.equal('PATH_UNSAFE');
  });
});

describe('gitDiff', () => {
  const folder = useFolder();

  it('is cut after a whole line, and says so', async () => {
    const run = viewedRun(folder(), 'toy', 1);
    await changeRun(run, { 'git.diff': '+ä line\n'.repeat(500_000) });
    const { text, truncated } = await gitDiff(run);
    expect(truncated).to.equal(true);
    expect(Buffer.byteLength(text)).to.be.within((1 << 20) - 10, 1 << 20);
    expect(text.endsWith('+ä line\n')).to.equal(true);
  });

  it('is missing in a run without one', async () => {
    expect(await codeOf(() => gitDiff(viewedRun(folder(), 'toy', 1)))).to.equal('CODE_MISSING');
  });
});

describe('logChunk', () => {
  const folder = useFolder();

  it('reads a log of 100,000 lines in parts, each of its bytes once', async () => {
    const run = viewedRun(folder(), 'toy', 1);
    const lines = Array.from({ length: 100_000 }, (_, at) => `step ${at}  loss 0.5  größe ✓ 🙂\n`).join('');
    await changeRun(run, { 'console.log': lines });
    let text = '';
    let parts = 0;
    for (let from = 0, size = 1; from < size; parts++) {
      const chunk = await logChunk(run, from);
      expect(chunk.from).to.equal(from);
      expect(Buffer.byteLength(chunk.text)).to.be.at.most(256 << 10);
      text += chunk.text;
      from = chunk.to;
      size = chunk.size;
    }
    expect(text === lines, 'the parts are the log').to.equal(true);
    expect(parts).to.be.greaterThan(10);
  });

  it('starts the end with a whole line', async () => {
    const run = viewedRun(folder(), 'toy', 1);
    await changeRun(run, { 'console.log': 'first line\nsecond line\nthird line\n' });
    expect(await logChunk(run, -15)).to.deep.equal({ text: 'third line\n', from: 23, to: 34, size: 34 });
    expect((await logChunk(run, -1_000)).from).to.equal(0);
    expect(await logChunk(run, 1_000)).to.deep.equal({ text: '', from: 34, to: 34, size: 34 });
  });

  it('never cuts a character, whatever the bytes are and where a part starts', async () => {
    const run = viewedRun(folder(), 'toy', 1);
    await changeRun(run, { 'console.log': '' });
    const path = join(run.folder.path, 'console.log');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.nat(60), async (text, from) => {
        await writeFile(path, text);
        const chunk = await logChunk(run, from);
        const bytes = Buffer.from(text);
        expect(chunk.text).to.equal(bytes.toString('utf8', chunk.from, chunk.to));
        expect(text.endsWith(chunk.text)).to.equal(true);
        expect(chunk.size).to.equal(bytes.length);
      }),
      { numRuns: 200 },
    );
  });

  it('goes on through bytes that are no text', async () => {
    const run = viewedRun(folder(), 'toy', 1);
    await changeRun(run, { 'console.log': '' });
    await writeFile(join(run.folder.path, 'console.log'), Buffer.alloc(1_000, 0x80));
    const chunk = await logChunk(run, 0);
    expect(chunk.to).to.equal(1_000);
    await writeFile(join(run.folder.path, 'console.log'), Buffer.from([0x61, 0xf0, 0x9f]));
    expect(await logChunk(run, 0)).to.include({ text: 'a', to: 1, size: 3 });
  });

  it('is empty for a run without a log', async () => {
    expect(await logChunk(viewedRun(folder(), 'toy', 1), -100)).to.deep.equal({ text: '', from: 0, to: 0, size: 0 });
  });
});
