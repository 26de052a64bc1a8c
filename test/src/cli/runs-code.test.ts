import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge } from './forge-process.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
const settings = [...configs, '--run-name', 'line', '--steps', '12', '--hidden', '4'];

async function tensorsOf(run: string): Promise<Buffer[]> {
  const files = ['parameters.safetensors', 'state.safetensors'];
  return Promise.all(files.map((name) => readFile(join(run, 'checkpoints', '12', name))));
}

async function numbersOf(run: string): Promise<string> {
  return (await readFile(join(run, 'metrics.jsonl'), 'utf8')).replace(/"time":\d+,/g, '');
}

describe('forge runs code and rerun', () => {
  let cwd: string;
  let first: string;
  beforeEach(async () => {
    cwd = await makeFolder();
    await writeToyProject(cwd);
    const { status, stderr } = await forge(['train', ...settings], { cwd });
    expect(status, stderr).to.equal(0);
    first = join(cwd, 'results', 'line', '1');
  });
  afterEach(() => removeFolder(cwd));

  const run = (...words: string[]) => forge(['runs', ...words], { cwd });
  const edit = async (path: string, from: string, to: string) => {
    const text = await readFile(path, 'utf8');
    expect(text).to.include(from);
    await writeFile(path, text.replace(from, to));
  };
  const removeSource = async () => {
    for (const name of ['data.ts', 'model.ts', 'points.ts', 'sizes.json']) await rm(join(cwd, name));
  };

  it('code: forge train works in the folder, with the printed command, to the same bits', async () => {
    await removeSource();
    await writeFile(join(cwd, 'forge.config.ts'), 'export default { learningRate: 0.9, seed: 7 };');
    const { status, stdout, stderr } = await run('code', 'line', 'again');
    expect([status, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.equal(
      'Wrote 5 files and flags.json to again. To train with them:\n\n  cd again && forge train --flags-file flags.json\n',
    );
    expect((await readdir(join(cwd, 'again'))).sort()).to.deep.equal([
      ...['data.ts', 'flags.json', 'model.ts', 'package.json', 'points.ts', 'sizes.json'],
    ]);
    const trained = await forge(['train', '--flags-file', 'flags.json', '--json'], { cwd: join(cwd, 'again') });
    expect(trained.status, trained.stderr).to.equal(0);
    const again = JSON.parse(trained.stdout).run;
    expect(await numbersOf(again)).to.equal(await numbersOf(first));
    expect(await tensorsOf(again)).to.deep.equal(await tensorsOf(first));
  });

  it('code: the copy begins with the parameters of another run that the run kept', async () => {
    const warm = await forge(['train', ...settings, '--seed', '3', '--init-from', 'line/1'], { cwd });
    expect(warm.status, warm.stderr).to.equal(0);
    await rm(first, { recursive: true });
    expect((await run('code', 'line/2', 'again')).status).to.equal(0);
    const trained = await forge(['train', '--flags-file', 'flags.json', '--json'], { cwd: join(cwd, 'again') });
    expect(trained.status, trained.stderr).to.equal(0);
    const [before, after] = [join(cwd, 'results', 'line', '2'), JSON.parse(trained.stdout).run];
    expect(await tensorsOf(after)).to.deep.equal(await tensorsOf(before));
  });

  it('code: writes the newest code, or the one that is asked for', async () => {
    await edit(join(cwd, 'model.ts'), 'artefacts: {', 'artefacts: { version: 2,');
    const resume = ['train', '--resume', 'line', '--code-from', 'project', '--override', '--steps', '14'];
    expect((await forge(resume, { cwd })).status).to.equal(0);
    const hasVersion = async (folder: string) =>
      (await readFile(join(cwd, folder, 'model.ts'), 'utf8')).includes('version: 2');
    const numbers: Record<string, number> = {};
    for (const [folder, ...words] of [['newest'], ['original', '--code', '0'], ['one', '--code', '1']] as const) {
      const { stdout } = await run('code', 'line', folder, ...words, '--json');
      numbers[folder] = JSON.parse(stdout).code;
    }
    expect(numbers).to.deep.equal({ newest: 1, original: 0, one: 1 });
    expect([await hasVersion('newest'), await hasVersion('original'), await hasVersion('one')]).to.deep.equal([
      true,
      false,
      true,
    ]);
    const { status, stderr } = await run('code', 'line', 'two', '--code', '2');
    expect(status).to.equal(2);
    expect(stderr).to.equal(
      'Error: line/1 has no code 2.\n  → Available: 0, 1; 0 is the code that it was started with.\n',
    );
  });

  it('code: refuses a folder that is not empty or among runs, and hostile code, and writes nothing then', async () => {
    await mkdir(join(cwd, 'full'));
    await writeFile(join(cwd, 'full', 'kept'), 'kept');
    await mkdir(join(cwd, 'empty'));
    const manifest = join(first, 'code.json');
    const original = await readFile(manifest, 'utf8');
    const failure = async (folder: string) => {
      const { status, stdout, stderr } = await run('code', 'line', folder);
      expect([status, stdout]).to.deep.equal([2, '']);
      return stderr;
    };
    expect(await failure('full')).to.match(/^Error: \S*full is not empty\.\n/);
    expect(await failure('full/kept')).to.match(/^Error: \S*full\/kept is a file\.\n.*empty folder/);
    expect(await failure('results/copy')).to.match(/^Error: \S*copy is in a folder of runs/);
    await writeFile(manifest, original.replace('"points.ts"', '"../../../../points.ts"'));
    expect(await failure('out')).to.match(/^Error: \S*code\.json names "\S*points\.ts", which is outside the run\./);
    await writeFile(manifest, original);
    await writeFile(join(first, 'code', 'more.ts'), '');
    expect(await failure('out')).to.match(/^Error: \S*more\.ts was added after the run was made/);
    await rm(join(first, 'code', 'more.ts'));
    await rm(join(first, 'code', 'points.ts'));
    await symlink(join(cwd, 'points.ts'), join(first, 'code', 'points.ts'));
    expect(await failure('out')).to.match(/^Error: \S*points\.ts is a link/);
    expect(await readdir(cwd)).to.not.include('out');
    await rm(join(first, 'code', 'points.ts'));
    await cp(join(cwd, 'points.ts'), join(first, 'code', 'points.ts'));
    expect((await run('code', 'line', 'empty')).status).to.equal(0);
    expect(await readdir(join(cwd, 'full'))).to.deep.equal(['kept']);
  });

  it('rerun: is bit-identical with the source gone, and says of which run it is', async () => {
    await removeSource();
    const { status, stdout, stderr } = await run('rerun', 'line/1');
    expect([status, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.match(/^line\/2 {2}results\/line\/2, with the code and flags of line\/1\n/);
    const again = join(cwd, 'results', 'line', '2');
    expect(await numbersOf(again)).to.equal(await numbersOf(first));
    expect(await tensorsOf(again)).to.deep.equal(await tensorsOf(first));
    expect((await run('show', 'line/2')).stdout).to.match(/^ {2}rerun of +line\/1$/m);
  });

  it('rerun: takes other values by --set, and a resume of it works as of any run', async () => {
    const words = ['--set', 'learning-rate=0.2', '--set=seed=4', '--run-name', 'other', '--json'];
    const { status, stdout, stderr } = await run('rerun', 'line', ...words);
    expect(status, stderr).to.equal(0);
    expect(JSON.parse(stdout)).to.include({ experiment: 'other', number: 1, status: 'completed' });
    const { flags } = JSON.parse(await readFile(join(cwd, 'results', 'other', '1', 'flags.json'), 'utf8'));
    expect([flags.learningRate.value, flags.seed.value, flags.hidden.value]).to.deep.equal([0.2, 4, 4]);
    await removeSource();
    const resumed = await forge(['train', '--resume', 'other', '--override', '--steps', '15'], { cwd });
    expect(resumed.status, resumed.stderr).to.equal(0);
    const record = JSON.parse(await readFile(join(cwd, 'results', 'other', '1', 'run.json'), 'utf8'));
    expect([record.step, record.rerunOf.number]).to.deep.equal([15, 1]);
  });

  it('rerun: says in one line what is wrong, and starts nothing then', async () => {
    const wrong: readonly (readonly [words: string[], message: RegExp])[] = [
      [['line', '--set', 'hiden=3'], /^Error: There is no flag --hiden\.\n.*Did you mean --hidden\?/],
      [['line', '--set', 'hidden=-1'], /^Error: --hidden must be at least 0/],
      [['line', '--set', 'hidden'], /^Error: --set needs NAME=VALUE, not "hidden"\./],
      [['line', '--set'], /^Error: --set needs a value\./],
      [['line', '--set', 'learningRate=1', '--set', 'learning-rate=2'], /^Error: --set learning-rate is given twice\./],
      [['line', '--set', 'run-name=a', '--run-name', 'b'], /^Error: --set run-name is given twice\./],
      [['line', '--set', 'model-config=other.ts'], /^Error: --model-config cannot change: line\/1 is run again/],
      [['line', '--hidden', '3'], /^Error: There is no flag --hidden\./],
      [['line', '--launcher', 'local'], /^Error: There is no flag --launcher\./],
      [['lin'], /^Error: There is no run "lin"/],
      [[], /^Error: forge runs rerun requires a RUN\./],
    ];
    for (const [words, message] of wrong) {
      const { status, stdout, stderr } = await run('rerun', ...words);
      expect([status, stdout], words.join(' ')).to.deep.equal([2, '']);
      expect(stderr).to.match(message);
    }
    await edit(join(first, 'code', 'points.ts'), 'count: number', 'count: number ');
    const altered = await run('rerun', 'line');
    expect(altered.status).to.equal(2);
    expect(altered.stderr).to.match(/^Error: \S*points\.ts was changed after the run was made.*\n.*--trust-code/);
    expect((await readdir(join(cwd, 'results', 'line'))).filter((name) => !name.startsWith('.'))).to.deep.equal(['1']);
    const trusted = await run('rerun', 'line', '--trust-code');
    expect(trusted.status, trusted.stderr).to.equal(0);
    expect((await run('verify', 'line/2', '--deep')).status).to.equal(0);
  });
});
