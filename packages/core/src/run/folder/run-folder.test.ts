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

  it('gives 64 creators in 8 processes 64 numbers, 1 to 64', async () => {
    const script = `import { createRunFolder } from ${JSON.stringify(module)};
      const made = await Promise.all(Array.from({ length: 8 }, () => createRunFolder(process.argv[1], 'mnist')));
      console.log(JSON.stringify(made.map(({ number }) => number)));`;
    const args = ['--input-type=module', '--eval', script, folder()];
    const processes = Array.from({ length: 8 }, () => promisify(execFile)(process.execPath, args));
    const numbers = (await Promise.all(processes)).flatMap(({ stdout }) => JSON.parse(stdout) as number[]);
    expect(numbers.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 64 }, (_, index) => index + 1));
  });

  it('counts on from the highest number, and takes nothing foreign for one', async () => {
    for (const name of ['1', '7', '007', '08', 'x', '-3', '1.5', '99999999999999999999', '.DS_Store']) {
      await mkdir(join(folder(), 'mnist', name), { recursive: true });
    }
    await writeFile(join(folder(), 'mnist', '9'), 'a file');
    expect(await runNumbers(join(folder(), 'mnist'))).to.deep.equal([1, 7]);
    const { path, number } = await createRunFolder(folder(), 'mnist');
    expect([path, number]).to.deep.equal([join(folder(), 'mnist', '8'), 8]);
    expect((await createRunFolder(folder(), 'mnist')).number).to.equal(10);
  });

  it('removes a run that never came to be, and does not give its number again', async () => {
    await discardRunFolder(await createRunFolder(folder(), 'mnist'));
    expect(await runNumbers(join(folder(), 'mnist'))).to.deep.equal([]);
    expect((await createRunFolder(folder(), 'mnist')).number).to.equal(2);
  });

  it('says when the results cannot be written', async () => {
    await writeFile(join(folder(), 'results'), 'a file');
    const error = await failureOf(() => createRunFolder(join(folder(), 'results'), 'mnist'));
    expect(error.code).to.equal('FILE_SYSTEM');
    expect(error.message).to.include(join(folder(), 'results'));
  });

  const isRoot = process.getuid?.() === 0;
  const reason = isRoot ? ' (not tried: root may write anywhere)' : '';
  (isRoot ? it.skip : it)(`says when the results are read-only${reason}`, async () => {
    await chmod(folder(), 0o500);
    const error = await failureOf(() => createRunFolder(folder(), 'mnist'));
    await chmod(folder(), 0o700);
    expect(error.code).to.equal('FILE_SYSTEM');
  });
});

describe('an experiment whose name differs from another only in case', () => {
  const folder = useTemporaryFolder();

  it('is refused, since many systems hold one of the two only', async () => {
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
    // A run that never came to be, and what others may leave lying about.
    await writeFiles(folder(), {
      'mnist/11/flags.json': '{}',
      'mnist/notes.txt': '',
      'readme.md': '',
      '.cache/1/run.json': '{}',
    });
  });

  const expected = { mnist: 'mnist/10', 'mnist/2': 'mnist/2', digits: 'digits/3', '': 'mnist/10' };
  for (const [reference, path] of Object.entries(expected)) {
    it(`takes "${reference}" for ${path}`, async () => {
      const [experiment, number] = path.split('/') as [string, string];
      const found = await findRun(reference, folder());
      expect(found).to.deep.equal({ path: join(folder(), path), experiment, number: Number(number) });
    });
  }

  it("takes a run's or an experiment's folder, wherever it lies", async () => {
    expect((await findRun(join(folder(), 'mnist/1'), '/nowhere')).number).to.equal(1);
    expect((await findRun(`${join(folder(), 'mnist')}/`, '/nowhere')).number).to.equal(10);
  });

  it('names what is near when there is no such run', async () => {
    await mkdir(join(folder(), 'empty'));
    for (const [reference, hint] of [
      ['mnits', 'Did you mean mnist? forge runs lists what is there.'],
      ['digit', 'Did you mean digits? forge runs lists what is there.'],
      ['mnist/99', 'forge runs mnist lists what is there.'],
      ['mnist/11', 'forge runs mnist lists what is there.'],
      ['empty', 'forge runs lists what is there.'],
      ['/elsewhere', 'forge runs lists what is there.'],
    ]) {
      const error = await failureOf(() => findRun(reference!, folder()));
      expect(error.code).to.equal('RUN_NOT_FOUND');
      expect(error.message).to.include(`"${reference}"`);
      expect(error.hint).to.equal(hint);
    }
    expect((await failureOf(() => findRun('', join(folder(), 'none')))).code).to.equal('RUN_NOT_FOUND');
  });

  it('follows links to experiments and runs that lie elsewhere', async () => {
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

  it('lists what is there, by experiment and number', async () => {
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
