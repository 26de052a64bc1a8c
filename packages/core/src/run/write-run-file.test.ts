import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { bothConfigs, forgeIn, train } from '../api/toy-run.test.support.js';
import { contentBelow, hostileKinds, putInPlace } from '../testing/hostile-files.js';
import { failureOf, useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../testing/toy-project.js';
import { verifyRun } from '../verify/verify-run.js';
import { writeRunFile } from './write-run-file.js';

describe('writeRunFile', () => {
  const folder = useTemporaryFolder();
  const run = () => ({ path: join(folder(), 'run'), experiment: 'line', number: 1 });

  it('writes a file that is no damage, and that loading and resuming the run keep', async () => {
    await writeToyProject(folder());
    const { run: path } = await train(folder(), [...bothConfigs, '--run-name=line', '--steps=2']);
    const trained = { path, experiment: 'line', number: 1 };
    await writeRunFile(trained, 'report.html', 'old');
    expect(await writeRunFile(trained, 'report.html', Buffer.from('<p>new'))).to.equal(join(path, 'report.html'));
    await writeRunFile(trained, 'table.csv', 'a,b\n');
    const { damaged, problems, loadable } = await verifyRun(trained, { deep: true });
    expect([damaged, loadable.run]).to.deep.equal([false, true]);
    expect(problems.map(({ kind, path: at }) => [kind, at])).to.deep.equal([['foreign', 'table.csv']]);
    const { forge } = forgeIn(folder());
    const loaded = await forge.loadFromCheckpoint(path);
    await loaded.restore();
    expect(loaded.step).to.equal(2);
    await loaded.dispose();
    await train(folder(), ['--resume=line', '--steps=4', '--override']);
    expect(await readFile(join(path, 'report.html'), 'utf8')).to.equal('<p>new');
    expect(await readFile(join(path, 'table.csv'), 'utf8')).to.equal('a,b\n');
    expect((await readdir(path)).filter((name) => name.includes('writing'))).to.deep.equal([]);
  });

  const ownFiles = [
    'run.json',
    'RUN.json',
    'flags.json',
    'annotations.json',
    'Code',
    'code.json',
    'code.2',
    'code.2.json',
  ];
  const ownToo = [
    'git.diff',
    'metrics.jsonl',
    'media',
    'media.jsonl',
    'console.log',
    'checkpoints',
    'events.out.tfevents.1',
  ];
  const more = ['quarantine', 'preprocessing', 'init.safetensors', 'profile.json', 'base'];
  const notPlain = [
    '',
    '.',
    '..',
    '.resume-lock',
    '../a',
    'a/b',
    'a\\b',
    'a\0',
    '/a',
    'a b',
    'nul',
    'aux.html',
    'a.',
    'ä',
  ];
  for (const name of [...ownFiles, ...ownToo, ...more, ...notPlain, 'x'.repeat(129)]) {
    it(`refuses ${JSON.stringify(name.slice(0, 30))}`, async () => {
      const { code, message } = await failureOf(() => writeRunFile(run(), name, ''));
      expect(code).to.equal('USAGE');
      expect(message).to.include(JSON.stringify(name));
      expect(await readdir(folder())).to.deep.equal([]);
    });
  }

  for (const kind of Object.keys(hostileKinds)) {
    it(`changes nothing outside the run where there is ${kind}`, async () => {
      const victim = join(folder(), 'victim');
      await putInPlace(run().path, 'report.html', kind, victim);
      const before = await contentBelow(victim);
      if (kind === 'a hard link') {
        await writeRunFile(run(), 'report.html', 'new');
        expect(await readFile(join(run().path, 'report.html'), 'utf8')).to.equal('new');
      } else {
        expect((await failureOf(() => writeRunFile(run(), 'report.html', 'new'))).code).to.equal('PATH_UNSAFE');
        expect(await readdir(run().path)).to.deep.equal(['report.html']);
      }
      expect(await contentBelow(victim)).to.equal(before);
    });
  }

  it('does not create a run that was moved away', async () => {
    expect((await failureOf(() => writeRunFile(run(), 'report.html', 'new'))).code).to.equal('FILE_SYSTEM');
    expect(await readdir(folder())).to.deep.equal([]);
  });
});
