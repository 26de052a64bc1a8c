import { spawnSync } from 'node:child_process';
import { linkSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ReadableLines } from './console-log.js';

const module = new URL('./console-log.js', import.meta.url).href;

describe('captureConsole', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forge-console-'));
    path = join(folder, 'console.log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs in a separate process: Mocha uses the streams of this one. */
  function run(body: string, target = path) {
    const code = `import { captureConsole } from ${JSON.stringify(module)};
      const path = process.argv[1]; const out = process.stdout;
      ${body}`;
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', code, target], { encoding: 'utf8' });
    expect(result.status, result.stderr).to.equal(0);
    return result;
  }

  it('copies both streams without colours, and passes everything on to them', () => {
    const { stdout, stderr } = run(`const capture = captureConsole(path);
      console.log('\\x1b[31mloss\\x1b[0m', 0.5); console.error('careful');
      out.write(Buffer.from('größe\\n')); out.write('aGV4Cg==', 'base64'); capture.release();
      console.log('after');`);
    expect(stdout).to.equal('\x1b[31mloss\x1b[0m 0.5\ngröße\nhex\nafter\n');
    expect(stderr).to.equal('careful\n');
    expect(readFileSync(path, 'utf8')).to.equal('loss 0.5\ncareful\ngröße\nhex\n');
  });

  it('appends when a run is resumed, and ends an incomplete line', () => {
    for (const word of ['one', 'two'])
      run(`const capture = captureConsole(path); out.write('${word}'); capture.release();`);
    expect(readFileSync(path, 'utf8')).to.equal('one\ntwo\n');
  });

  it('calls write callbacks, and decodes a character that was written in two parts', () => {
    const { stdout } = run(`const capture = captureConsole(path);
      const bytes = Buffer.from('ß\\n'); out.write(bytes.subarray(0, 1)); out.write(bytes.subarray(1));
      await new Promise((resolve) => out.write('x\\n', resolve));
      await new Promise((resolve) => out.write('y\\n', 'utf8', resolve)); capture.release();`);
    expect(stdout).to.equal('ß\nx\ny\n');
    expect(readFileSync(path, 'utf8')).to.equal('ß\nx\ny\n');
  });

  it('restores the streams, can be released twice, and keeps a later wrapper', () => {
    run(`const before = out.write; const capture = captureConsole(path); capture.release(); capture.release();
      if (out.write !== before) process.exit(1);
      const other = captureConsole(path); const wrapper = (...all) => true; out.write = wrapper; other.release();
      if (out.write !== wrapper) process.exit(1);`);
  });

  it('copies for two runs at the same time, whichever ends first, and restores the streams after both', () => {
    run(`const before = out.write; const first = captureConsole(path); console.log('one');
      const second = captureConsole(path + '.2'); console.log('both'); first.release(); console.log('two');
      second.release(); console.log('none');
      if (out.write !== before) process.exit(1);`);
    expect(readFileSync(path, 'utf8')).to.equal('one\nboth\n');
    expect(readFileSync(`${path}.2`, 'utf8')).to.equal('both\ntwo\n');
  });

  it('warns once if the file cannot be opened, and the program continues', () => {
    const { stdout, stderr } = run(
      `const capture = captureConsole(path); console.log('a'); console.log('b'); capture.release();`,
      join(folder, 'none', 'console.log'),
    );
    expect(stdout).to.equal('a\nb\n');
    expect(stderr).to.match(/^Warning: Cannot write .*console\.log: .*\n$/);
  });

  it('warns once if a write fails, and the program continues', () => {
    const { stdout, stderr } = run(
      `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
      const capture = captureConsole(path); console.log('a');
      const { writeSync } = fs;
      fs.writeSync = () => { throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' }); };
      syncBuiltinESMExports(); console.log('b'); fs.writeSync = writeSync; syncBuiltinESMExports();
      console.log('c'); capture.release();`,
    );
    expect(stdout).to.equal('a\nb\nc\n');
    expect(stderr).to.equal(`Warning: Cannot write ${path}: the disk is full. Console output is no longer saved.\n`);
    expect(readFileSync(path, 'utf8')).to.equal('a\n');
  });

  for (const [kind, make] of [
    ['a link', (victim: string) => symlinkSync(victim, path)],
    ['a file with another hard link', (victim: string) => linkSync(victim, path)],
    ['a device', () => symlinkSync('/dev/null', path)],
  ] as const) {
    it(`writes nothing into ${kind}`, () => {
      const victim = join(folder, 'victim');
      writeFileSync(victim, 'precious');
      make(victim);
      const { stdout, stderr } = run(`const capture = captureConsole(path); console.log('a'); capture.release();`);
      expect(stdout).to.equal('a\n');
      expect(stderr).to.include(`Warning: Refused to write ${path}: it `);
      expect(readFileSync(victim, 'utf8')).to.equal('precious');
    });
  }
});

describe('ReadableLines', () => {
  const shown = (...pieces: string[]): string => {
    const lines = new ReadableLines();
    return pieces.map((piece) => lines.add(piece)).join('') + lines.end();
  };

  it('keeps only the last content of a redrawn line', () => {
    expect(shown('\r10 %', '\r\x1b[K50 %', '\r\x1b[K100 %\n', 'done\n')).to.equal('100 %\ndone\n');
    expect(shown('10 %\r', '50 %\r', '100 %\r', '\n')).to.equal('100 %\n');
  });

  it('treats a carriage return and a newline as one line end, in one write or two', () => {
    expect(shown('a\r\nb\r', '\nc\r\n')).to.equal('a\nb\nc\n');
  });

  it('drops a progress bar that was cleared', () => {
    expect(shown('\r[##  ]', '\r\x1b[2K', 'step 5\n')).to.equal('step 5\n');
  });

  it('strips an escape sequence that was written in two parts', () => {
    expect(shown('\x1b[3', '1mred\x1b[0m\n')).to.equal('red\n');
  });

  it('keeps empty lines', () => {
    expect(shown('a\n\n', '\nb')).to.equal('a\n\n\nb\n');
  });

  it('does not buffer every state of a progress bar', () => {
    const lines = new ReadableLines();
    for (let step = 0; step < 200_000; step++) lines.add(`\rstep ${step} of many, and so on and so forth`);
    expect(lines.end()).to.equal('step 199999 of many, and so on and so forth\n');
  }).timeout(3000);
});
