import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { codePlace } from '../../code/code-place.js';
import { readCodeManifest } from '../../code/stored-code.js';
import { collect } from '../../data/collect.test.support.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installToyPlugin, writeFiles, writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, essenceOf, forgeIn, train, trainUntil } from '../toy-run.test.support.js';

const data = `import { csv, defineData } from '@forge-ml/core';

const points = (path) =>
  csv(path, { onBadRow: 'skip' }).map(({ a, b, c }) => ({ x: Float32Array.of(a, b), y: Float32Array.of(c) }));

export default defineData({
  load: ({ seed }) => ({ train: points('points.csv').shuffle(seed).batch(2), test: points('test.csv').batch(2) }),
});
`;
const points = 'a,b,c\n1,2,3\n4,5,6\n7,8,9\n10,11,12\nbad\n13,14,15\n';
const argv = [...bothConfigs, '--save-every', '1', '--keep', 'all', '--steps', '6', '--learning-rate', '0.001'];

describe('a reader function in a data config', () => {
  const folder = useTemporaryFolder();
  const project = () => join(folder(), 'project');
  beforeEach(async () => {
    await writeToyProject(project(), {});
    await writeFiles(project(), { 'data.ts': data, 'points.csv': points, 'test.csv': points });
  });

  it('resumes inside an epoch as if it had not stopped', async () => {
    const whole = await train(project(), [...argv, '--run-name', 'whole']);
    const part = await trainUntil(2, project(), [...argv, '--run-name', 'part']);
    const rest = await train(project(), ['--resume', part.run]);
    expect(await essenceOf(rest.run, 6)).to.deep.equal(await essenceOf(whole.run, 6));
  });

  it('names each file that the run does not store, also of a split that the training never reads', async () => {
    const { run } = await train(project(), argv);
    const { missing } = await readCodeManifest(run, codePlace(null));
    expect(missing.map(({ name }) => name)).to.have.members(['points.csv', 'test.csv']);
    expect(missing[0]?.reason).to.match(/csv/);
  });

  it('reads the same files when the run is loaded in another folder, and warns through its Forge', async () => {
    const { run } = await train(project(), argv);
    const elsewhere = join(folder(), 'elsewhere');
    await writeFiles(elsewhere, { 'package.json': '{ "dependencies": { "toy-plugin": "*" } }' });
    await installToyPlugin(elsewhere);
    const moved = join(elsewhere, 'run');
    await rename(run, moved);
    const { forge, warnings } = forgeIn(elsewhere);
    await using loaded = await forge.loadFromCheckpoint(moved);
    const { test } = loaded.data as unknown as { test: Parameters<typeof collect>[0] };
    expect(await collect(test)).to.have.length(3);
    expect(warnings.filter((line) => line.startsWith('Skipped'))).to.deep.equal([
      `Skipped a row of ${join(project(), 'test.csv')}: at 6:4, the row has 1 cell, but there are 3 columns.`,
    ]);
  });
});

describe('Forge.openDataset of rows', () => {
  const folder = useTemporaryFolder();

  it('has random access where the reader has it, so that all rows are shuffled', async () => {
    await writeFiles(folder(), { 'n.csv': `n\n${Array.from({ length: 3000 }, (_, n) => n).join('\n')}\n` });
    const rows = await forgeIn(folder()).forge.openDataset('csv', 'n.csv');
    expect(rows.length).to.equal(3000);
    const [first] = await collect(rows.shuffle(1, { buffer: 2 }), 0, 0, 1);
    expect(first?.n).to.be.above(2);
  });
});
