import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { findSteps } from '../checkpoint/checkpoint-folders.js';
import { namesInFolder } from '../files/list-folder.js';
import { bothConfigs, train } from '../forge/toy-run.test.support.js';
import { failureOf, useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../testing/toy-project.js';
import { verifyRun } from './verify-run.js';

describe('a run with very many names in it', () => {
  const folder = useTemporaryFolder();

  async function trained(): Promise<string> {
    await writeToyProject(folder());
    return (await train(folder(), [...bothConfigs, '--run-name', 'line', '--steps', '2'])).run;
  }

  it('is checked in time proportional to them, not to their square', async () => {
    const run = await trained();
    for (let step = 100; step < 6100; step++) await mkdir(join(run, 'checkpoints', String(step)));
    const place = { path: run, experiment: 'line', number: 1 };
    const { problems, loadable } = await verifyRun(place);
    expect(loadable.checkpoints).to.deep.equal([2]);
    expect(problems.filter(({ kind }) => kind === 'unnamed')).to.have.lengthOf(6000);
    expect(await findSteps(join(run, 'checkpoints'))).to.deep.equal([2]);
  }).timeout(60_000);

  it('is named as one that cannot be looked through, and others are checked all the same', async () => {
    const run = await trained();
    const deep = join(run, 'code', ...Array.from({ length: 100 }, () => 'a'));
    await mkdir(deep, { recursive: true });
    await writeFile(join(deep, 'b.js'), '');
    const { problems, damaged } = await verifyRun({ path: run, experiment: 'line', number: 1 });
    expect(damaged).to.equal(true);
    expect(problems.map(({ kind, message }) => `${kind} ${message}`).join()).to.include(
      'nested deeper than 64 folders',
    );
    const other = join(dirname(run), '2');
    await cp(run, other, { recursive: true });
    expect((await failureOf(() => namesInFolder(join(other, 'checkpoints'), 0))).code).to.equal('RUN_INVALID');
  });
});
