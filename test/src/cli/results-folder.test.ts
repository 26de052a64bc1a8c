import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge } from './forge-process.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];

/** Commands that find runs, with what they print of a run of the folder. */
const commands: readonly (readonly [words: string, printed: RegExp])[] = [
  ['runs --json', /"experiment": ?"line"/],
  ['runs show line', /line\/2/],
  ['runs code line copied', /copied/],
  ['runs compare line line/1', /line\/1/],
  ['runs diff line line/2', /line\/2/],
  ['runs export line', /valid/],
  ['runs plot valid.loss line', /valid\.loss/],
  ['runs note line seen', /line/],
  ['runs select', /line/],
  ['runs verify', /line\/1 {2}valid/],
  ['runs watch line', /completed/],
  ['checkpoints list line', /valid\.loss/],
  ['checkpoints best line', /checkpoint|\d/],
  ['sweep status search', /search/],
  ['sweep show search', /search/],
  ['eval line', /valid/],
  ['export line --out weights.safetensors', /weights/],
  ['report line --force', /Wrote/],
  ['runs rm line/2', /line\/2/],
  ['runs trash --json', /line\/2/],
  ['runs restore line/2', /line\/2/],
];

describe('FORGE_FLAG_RESULTS_DIR', () => {
  let cwd: string;
  const env = { FORGE_FLAG_RESULTS_DIR: 'elsewhere' };

  before(async () => {
    cwd = await makeFolder();
    await writeToyProject(cwd);
    for (const _ of [1, 2]) {
      const train = ['train', ...configs, '--run-name', 'line', '--steps', '4'];
      expect((await forge(train, { cwd, env })).status).to.equal(0);
    }
    const space = ['--space', 'hidden=2,4', '--minimize', 'valid.loss', '--name', 'search', '--method', 'grid'];
    const sweep = await forge(['sweep', ...configs, '--steps', '2', ...space], { cwd, env });
    expect(sweep.status, sweep.stderr).to.equal(0);
  });
  after(() => removeFolder(cwd));

  for (const [words, printed] of commands) {
    it(`names the results folder of forge ${words}`, async () => {
      const { status, stdout, stderr } = await forge(words.split(' '), { cwd, env });
      expect(status, stderr).to.equal(0);
      expect(stdout).to.match(printed);
    });
  }

  it('is overridden by --results-dir', async () => {
    const other = await forge(['runs', '--results-dir', join(cwd, 'other')], { cwd, env });
    expect(`${other.stdout}${other.stderr}`).to.not.include('line/1');
  });
});
