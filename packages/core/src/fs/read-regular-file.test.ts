import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { readRegularFile } from './read-regular-file.js';

const kind = { what: 'run file', code: 'RUN_INVALID' } as const;

describe('readRegularFile', () => {
  const folder = useTemporaryFolder();
  const file = () => join(folder(), 'run.json');
  const read = () => readRegularFile(file(), kind);
  const failure = () => failureOf(async () => read());

  it('reads files of any size in sequence, each with its own status', () => {
    for (const text of [
      'é'.repeat(10),
      '',
      'x'.repeat(200_000),
      '\ufffd, as it was written',
      'short',
      '漢'.repeat(40_000),
    ]) {
      writeFileSync(file(), text);
      expect(read().text).to.equal(text);
      expect(read().status.size).to.equal(Buffer.byteLength(text));
    }
  });

  it('detects invalid UTF-8 at any position', () => {
    for (const bytes of [[0xff], [0x61, 0xc3], [0xed, 0xa0, 0x80], [0xef, 0xbf, 0xbd, 0xfe]]) {
      writeFileSync(file(), Uint8Array.from(bytes));
      expect(read().text, String(bytes)).to.equal(undefined);
    }
  });

  it('refuses a file that is too large, a folder and a pipe, without blocking', async () => {
    writeFileSync(file(), '');
    truncateSync(file(), 65 * 1024 * 1024);
    expect((await failure()).message).to.match(/ has 68157440 bytes, more than the maximum of 67108864\.$/);
    mkdirSync(join(folder(), 'folder'));
    const onFolder = await failureOf(async () => readRegularFile(join(folder(), 'folder'), kind));
    expect(onFolder.message).to.match(/ is not a regular file\.$/);
    if (process.platform === 'win32')
      return console.log('      (pipe not tested: Windows has no named pipes in its file system)');
    execFileSync('mkfifo', [join(folder(), 'pipe')]);
    const onPipe = await failureOf(async () => readRegularFile(join(folder(), 'pipe'), kind));
    expect([onPipe.code, onPipe.message]).to.deep.equal([
      'RUN_INVALID',
      `The run file ${join(folder(), 'pipe')} is not a regular file.`,
    ]);
  });
});
