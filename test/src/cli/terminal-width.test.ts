import { execFile, spawnSync } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge } from './forge-process.js';

const bin = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));

/** `script` of util-linux runs a command on a pseudo-terminal. */
const canRecord = spawnSync('script', ['--version']).stdout?.includes('util-linux') === true;

describe('a terminal of any width', () => {
  let cwd: string;
  before(async () => {
    cwd = await makeFolder();
    await writeToyProject(cwd);
    const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
    expect((await forge(['train', ...configs, '--run-name', 'line', '--steps', '5'], { cwd })).status).to.equal(0);
    // A second run that differs, with more metrics than fit any terminal.
    const other = join(cwd, 'results', 'line', '2');
    await cp(join(cwd, 'results', 'line', '1'), other, { recursive: true });
    const record = JSON.parse(await readFile(join(other, 'run.json'), 'utf8'));
    const more = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`metric${index}`, index / 7]));
    const metrics = { train: { loss: 0.5, ...more }, valid: { loss: 0.25, ...more }, 検証: { 正解率: 0.75 } };
    await writeFile(join(other, 'run.json'), JSON.stringify({ ...record, number: 2, metrics }));
  });
  after(() => removeFolder(cwd));

  async function linesAt(columns: number, command: string): Promise<string[]> {
    const words = ['-qec', `stty cols ${columns} rows 40; '${process.execPath}' '${bin}' ${command}`, '/dev/null'];
    const { stdout } = await promisify(execFile)('script', words, {
      cwd,
      env: { ...process.env, NO_COLOR: '1', TERM: 'xterm', XDG_DATA_HOME: join(cwd, '.data') },
    });
    return stdout.split(/\r*\n/);
  }

  for (const columns of [40, 80, 200]) {
    it(`of ${columns} columns: forge runs fits without cutting numbers, and lists the columns without room`, async function () {
      if (!canRecord) return this.skip();
      const lines = await linesAt(columns, 'runs');
      const table = lines.filter((line) => /^(RUN|line\/)/.test(line));
      expect(table).to.have.length(3);
      for (const line of table) expect(line.length, line).to.be.at.most(columns);
      expect(table[0]).to.include('valid.loss');
      expect(table.some((line) => line.includes('0.2500'))).to.equal(true);
      expect(lines.some((line) => line.startsWith('No room for '))).to.equal(columns < 200);
    });
  }

  for (const columns of [40, 80]) {
    it(`of ${columns} columns: forge runs show aligns names of wide characters`, async function () {
      if (!canRecord) return this.skip();
      const lines = await linesAt(columns, 'runs show line/2');
      const valueColumn = lines.find((line) => line.startsWith('  progress'))!.indexOf('step');
      expect(lines).to.include(`  検証${' '.repeat(valueColumn - '  '.length - 2 * '検証'.length)}正解率 0.7500`);
    });
  }

  it('of 40 columns: forge runs show breaks lines between numbers only', async function () {
    if (!canRecord) return this.skip();
    const lines = await linesAt(40, 'runs show line/2');
    for (let index = 0; index < 12; index++) {
      const pair = `metric${index} ${(index / 7).toFixed(4)}`;
      expect(
        lines.filter((line) => line.length <= 40 && line.includes(pair)),
        pair,
      ).to.have.length.at.least(2);
    }
  });

  for (const command of ['plugins', 'backends', 'doctor']) {
    it(`of 60 columns: forge ${command} breaks its lines between words`, async function () {
      if (!canRecord) return this.skip();
      const lines = await linesAt(60, command);
      expect(lines.length).to.be.greaterThan(3);
      // A command to copy, or one long word such as a path, is whole.
      const isWhole = (line: string) => /^\s*→ .*[^.]$/.test(line) || line.trim().split(' ').length === 1;
      expect(lines.filter((line) => line.length > 60 && !isWhole(line))).to.deep.equal([]);
    });
  }
});
