import { execFile } from 'node:child_process';
import { chmod, mkdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeFiles } from '../../testing/toy-project.js';
import { findRun, listRuns } from '../catalog/find-run.js';
import { checkExperimentName, createRunFolder, discardRunFolder, runNumbers } from './run-folder.js';

const module = new URL('./run-folder.js', import.meta.url).href;

describe('createRunFolder', () => {
  const folder = useTemporaryFolder();

  it('assigns the numbers 1 to 64 to 64 runs created in 8 processes', async () => {
    const script = `import { createRunFolder } from ${JSON.stringify(module)};
      const made = await Promise.all(Array.from({ length: 8 }, () => createRunFolder(process.argv[1], 'mnist')));
      console.log(JSON.stringify(made.map(({ number }) => number)));`;
    const args = ['--input-type=module', '--eval', script, folder()];
    const processes = Array.from({ length: 8 }, () => promisify(execFile)(process.execPath, args));
    const numbers = (await Promise.all(processes)).flatMap(({ stdout }) => JSON.parse(stdout) as number[]);
    expect(numbers.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 64 }, (_, index) => index + 1));
  });

  it('continues from the highest number, and ignores other names', async () => {
    for (const name of ['1', '7', '007', '08', 'x', '-3', '1.5', '99999999999999999999', '.DS_Store']) {
      await mkdir(join(folder(), 'mnist', name), { recursive: true });
    }
    await writeFile(join(folder(), 'mnist', '9'), 'a file');
    expect(await runNumbers(join(folder(), 'mnist'))).to.deep.equal([1, 7]);
    const { path, number } = await createRunFolder(folder(), 'mnist');
    expect([path, number]).to.deep.equal([join(folder(), 'mnist', '8'), 8]);
    expect((await createRunFolder(folder(), 'mnist')).number).to.equal(10);
  });

  it('removes a run that did not start, and does not reuse its number', async () => {
    await discardRunFolder(await createRunFolder(folder(), 'mnist'));
    expect(await runNumbers(join(folder(), 'mnist'))).to.deep.equal([]);
    expect((await createRunFolder(folder(), 'mnist')).number).to.equal(2);
  });

  it('reports when the results folder cannot be written', async () => {
    await writeFile(join(folder(), 'results'), 'a file');
    const error = await failureOf(() => createRunFolder(join(folder(), 'results'), 'mnist'));
    expect(error.code).to.equal('FILE_SYSTEM');
    expect(error.message).to.include(join(folder(), 'results'));
  });

  const isRoot = process.getuid?.() === 0;
  const reason = isRoot ? ' (skipped: root may write anywhere)' : '';
  (isRoot ? it.skip : it)(`reports when the results folder is read-only${reason}`, async () => {
    await chmod(folder(), 0o500);
    const error = await failureOf(() => createRunFolder(folder(), 'mnist'));
    await chmod(folder(), 0o700);
    expect(error.code).to.equal('FILE_SYSTEM');
  });
});

describe('an experiment whose name differs from another only in case', () => {
  const folder = useTemporaryFolder();

  it('is refused, since many file systems cannot store both', async () => {
    await createRunFolder(folder(), 'Digits');
    const error = await failureOf(() => createRunFolder(folder(), 'digits'));
    expect([error.code, error.hint]).to.deep.equal([
      'FLAG_INVALID',
      'Write --run-name Digits, or choose another name.',
    ]);
    expect((await createRunFolder(folder(), 'Digits')).number).to.equal(2);
  });
});

describe("an experiment's name", () => {
  for (const name of ['mnist', 'a', '_x', 'digits-cnn.v2', '7up', 'A'.repeat(128)]) {
    it(`may be ${name.slice(0, 20)}`, () => expect(checkExperimentName(name)).to.equal(name));
  }
  for (const name of [
    '',
    '3',
    '..',
    '.hidden',
    'a/b',
    'a\\b',
    '-x',
    'a b',
    'é',
    'A'.repeat(129),
    'a\n',
    'con',
    'AUX.v2',
    'a.',
  ]) {
    it(`may not be ${JSON.stringify(name.slice(0, 20))}`, async () => {
      expect((await failureOf(() => checkExperimentName(name))).code).to.equal('FLAG_INVALID');
    });
  }
});

describe('findRun', () => {
  const folder = useTemporaryFolder();
  const run = async (path: string, age: number) => {
    await writeFiles(folder(), { [`${path}/run.json`]: '{}' });
    const time = new Date(Date.now() - age * 1000);
    await utimes(join(folder(), path, 'run.json'), time, time);
  };

  beforeEach(async () => {
    await run('mnist/1', 5);
    await run('mnist/2', 90);
    await run('mnist/10', 50);
    await run('digits/3', 70);
    // A run that did not start, and other files.
    await writeFiles(folder(), {
      'mnist/11/flags.json': '{}',
      'mnist/notes.txt': '',
      'readme.md': '',
      '.cache/1/run.json': '{}',
    });
  });

  const expected = { mnist: 'mnist/10', 'mnist/2': 'mnist/2', digits: 'digits/3', '': 'mnist/10' };
  for (const [reference, path] of Object.entries(expected)) {
    it(`resolves "${reference}" to ${path}`, async () => {
      const [experiment, number] = path.split('/') as [string, string];
      const found = await findRun(reference, folder());
      expect(found).to.deep.equal({ path: join(folder(), path), experiment, number: Number(number) });
    });
  }

  it('resolves the folder of a run or an experiment anywhere', async () => {
    expect((await findRun(join(folder(), 'mnist/1'), '/nowhere')).number).to.equal(1);
    expect((await findRun(`${join(folder(), 'mnist')}/`, '/nowhere')).number).to.equal(10);
  });

  it('suggests a similar name when there is no such run', async () => {
    await mkdir(join(folder(), 'empty'));
    for (const [reference, hint] of [
      ['mnits', 'Did you mean mnist? forge runs lists all runs.'],
      ['digit', 'Did you mean digits? forge runs lists all runs.'],
      ['mnist/99', 'forge runs mnist lists its runs.'],
      ['mnist/11', 'forge runs mnist lists its runs.'],
      ['empty', 'forge runs lists all runs.'],
      ['/elsewhere', 'forge runs lists all runs.'],
    ]) {
      const error = await failureOf(() => findRun(reference!, folder()));
      expect(error.code).to.equal('RUN_NOT_FOUND');
      expect(error.message).to.include(`"${reference}"`);
      expect(error.hint).to.equal(hint);
    }
    expect((await failureOf(() => findRun('', join(folder(), 'none')))).code).to.equal('RUN_NOT_FOUND');
  });

  it('follows links to experiments and runs in other folders', async () => {
    await mkdir(join(folder(), 'elsewhere'));
    await rename(join(folder(), 'mnist'), join(folder(), 'elsewhere/mnist'));
    await rename(join(folder(), 'digits/3'), join(folder(), 'elsewhere/three'));
    const results = join(folder(), 'results');
    await mkdir(join(results, 'digits'), { recursive: true });
    await symlink(join(folder(), 'elsewhere/mnist'), join(results, 'mnist'));
    await symlink(join(folder(), 'elsewhere/three'), join(results, 'digits/3'));
    await symlink(join(folder(), 'readme.md'), join(results, 'digits/4'));
    await symlink(join(folder(), 'nowhere'), join(results, 'gone'));
    const found = (await listRuns(results)).map(({ experiment, number }) => `${experiment}/${number}`);
    expect(found).to.deep.equal(['digits/3', 'mnist/1', 'mnist/2', 'mnist/10', 'mnist/11']);
    expect((await findRun('mnist', results)).number).to.equal(10);
    expect((await findRun('digits', results)).number).to.equal(3);
  });

  it('lists all runs by experiment and number', async () => {
    const found = await listRuns(folder());
    expect(found.map(({ experiment, number }) => `${experiment}/${number}`)).to.deep.equal([
      'digits/3',
      'mnist/1',
      'mnist/2',
      'mnist/10',
      'mnist/11',
    ]);
    expect(await listRuns(join(folder(), 'none'))).to.deep.equal([]);
  });
});
