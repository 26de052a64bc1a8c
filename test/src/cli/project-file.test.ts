import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge } from './forge-process.js';

const projectFile = `import { appendFileSync } from 'node:fs';
import { defineProject } from '@forge-ml/core';
appendFileSync(new URL('./evaluated.txt', import.meta.url), 'x');
export default defineProject({
  backend: 'toy', dataConfig: 'data.ts', modelConfig: 'model.ts', runName: 'line', steps: 2,
});
`;

describe('forge.config.ts', () => {
  let cwd: string;
  before(async () => {
    cwd = await makeFolder();
    await writeToyProject(cwd, { 'forge.config.ts': projectFile });
    const { status, stderr } = await forge(['train'], { cwd });
    expect(status, stderr).to.equal(0);
  });
  after(() => removeFolder(cwd));

  for (const words of [
    ['train'],
    ['train', '--launcher', 'local'],
    ['train', '--resume', '--steps', '4', '--override'],
    ['train', '--resume', 'line/1', '--steps', '4', '--override'],
    ['train', '--help'],
    ['eval', 'line/1'],
    ['export', 'line/1', '--format', 'toy', '--out', 'line.toy'],
    ['runs'],
    ['runs', 'show', 'line/1'],
    ['runs', 'verify'],
    ['doctor'],
  ]) {
    const isLaunched = words.includes('--launcher');
    it(`is evaluated ${isLaunched ? 'once by the command and once by the launched process' : 'once'}: forge ${words.join(' ')}`, async () => {
      const counted = join(cwd, 'evaluated.txt');
      await writeFile(counted, '');
      const { status, stderr } = await forge(words, { cwd });
      expect(status, stderr).to.equal(0);
      expect(await readFile(counted, 'utf8')).to.equal(isLaunched ? 'xx' : 'x');
    });
  }

  it('is reported once if it is ignored', async () => {
    const inRun = join(cwd, 'results', 'line', '1', 'forge.config.ts');
    await writeFile(inRun, projectFile);
    const { stderr } = await forge(['train', '--resume', '.', '--steps', '6', '--override'], {
      cwd: join(cwd, 'results', 'line', '1'),
    });
    await rm(inRun);
    expect(stderr.split('Ignored ').length - 1, stderr).to.equal(1);
  });
});
