import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { tensor } from '../../tensor/tensor-data.js';
import { writeTensorFile } from '../../tensor/tensor-file.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installToyPlugin, writeFiles, writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, forgeIn, readJsonFile, train, trainUntil } from '../toy-run.test.support.js';

const data = (path: string, declared: string) => `import { defineData, flag, Forge } from '@forge-ml/core';
export default defineData({
  flags: { ${declared} },
  async load(flags) {
    return { train: (await Forge.openDataset('safetensors', ${path})).batch(2) };
  },
});`;
const withFlag = data('flags.points', "points: flag.path('points.safetensors', 'The file.')");

describe('data by a path', () => {
  const folder = useTemporaryFolder();
  const project = () => join(folder(), 'project');
  const points = () => join(project(), 'points.safetensors');
  beforeEach(async () => {
    await writeToyProject(project(), { 'data.ts': withFlag });
    const ones = (columns: number) => tensor(new Float32Array(4 * columns).fill(1), [4, columns]);
    await writeTensorFile(
      points(),
      new Map([
        ['x', ones(2)],
        ['y', ones(1)],
      ]),
    );
    await writeFiles(join(folder(), 'elsewhere'), { 'package.json': '{ "dependencies": { "toy-plugin": "*" } }' });
    await installToyPlugin(join(folder(), 'elsewhere'));
  });
  const settings = [...bothConfigs, '--steps', '3', '--run-name', 'lines'];
  const from = (place: string) => forgeIn(join(folder(), place)).forge;
  const stored = async (run: string) =>
    ((await readJsonFile(run, 'flags.json')).flags as unknown as Record<string, { value: unknown }>).points!.value;

  const ways: Record<string, { argv?: readonly string[]; files?: Readonly<Record<string, string>>; cwd?: string }> = {
    'its default': {},
    'the default, from a folder of the project': { files: { 'forge.config.ts': 'export default {};' }, cwd: 'deep' },
    'the command line, from a folder of the project': { argv: ['--points', '../points.safetensors'], cwd: 'deep' },
    'the project file, from a folder of the project': {
      files: { 'forge.config.ts': 'export default { points: "./points.safetensors" };' },
      cwd: 'deep',
    },
    'a flags file': {
      argv: ['--flags-file', 'deep/flags.json'],
      files: { 'deep/flags.json': '{ "points": "../points.safetensors" }' },
    },
  };
  for (const [how, { argv = [], files = {}, cwd = '.' }] of Object.entries(ways)) {
    it(`is found from any folder where the path is given by ${how}`, async () => {
      await mkdir(join(project(), 'deep'), { recursive: true });
      await writeFiles(project(), files);
      const configs = settings.map((word) => (word.endsWith('.ts') ? join(project(), word) : word));
      const { run } = await train(join(project(), cwd), [...configs, ...argv]);
      expect(await stored(run)).to.equal(points());
      const loaded = await from('elsewhere').loadFromCheckpoint(run);
      expect(loaded.data.train.length).to.equal(2);
      await loaded.dispose();
    });
  }

  it('is relative to the base of a file of the script; the command line wins', async () => {
    const file = { values: { points: '../points.safetensors', steps: 9 }, base: join(project(), 'deep') };
    const prepared = await from('project').config({ argv: settings, file });
    const { flags } = prepared;
    await prepared.engine.dispose();
    expect(flags.points).to.deep.equal({ value: points(), source: 'flags file' });
    expect(flags.steps).to.deep.equal({ value: 3, source: 'command line' });
  });

  it('that has moved is named, with the flag to give, and found by that flag', async () => {
    const { run } = await trainUntil(1, project(), settings);
    await rename(points(), join(folder(), 'elsewhere/moved.safetensors'));
    const forge = from('elsewhere');
    for (const fail of [() => forge.loadFromCheckpoint(run), () => train(project(), ['--resume', 'lines'])]) {
      const error = await failureOf(fail);
      expect([error.code, error.about]).to.deep.equal(['DATA_UNAVAILABLE', points()]);
      expect(error.message).to.include(points());
      expect(error.hint).to.include('--points PATH');
    }
    const overrideFlags = { points: 'moved.safetensors' };
    await (await forge.loadFromCheckpoint(run, undefined, { overrideFlags })).dispose();
    await train(join(folder(), 'elsewhere'), ['--resume', run, '--points', 'moved.safetensors', '--override']);
    expect(await stored(run)).to.equal(join(folder(), 'elsewhere/moved.safetensors'));
  });

  it('that a config has written down starts where the run was made', async () => {
    await writeFiles(project(), { 'data.ts': data("'points.safetensors'", '') });
    const { run } = await train(project(), settings);
    await (await from('elsewhere').loadFromCheckpoint(run)).dispose();
    await rename(points(), join(folder(), 'gone.safetensors'));
    const error = await failureOf(() => from('elsewhere').loadFromCheckpoint(run));
    expect([error.code, error.about]).to.deep.equal(['DATA_UNAVAILABLE', points()]);
    expect(error.hint).to.include('flag.path');
  });
});
