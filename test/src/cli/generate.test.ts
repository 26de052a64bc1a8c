import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { forge } from './forge-process.js';

const run = promisify(execFile);
const nodeModules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** Builds, tests and lints a generated package with the packages of this repository. */
async function checkPackage(folder: string): Promise<string> {
  await symlink(nodeModules, join(folder, 'node_modules'), 'junction');
  const { stdout } = await run('npm', ['test'], { cwd: folder });
  await run('npm', ['run', 'lint'], { cwd: folder });
  await rm(join(folder, 'node_modules'));
  return stdout;
}

/** Links packages into a project as `npm install` would. */
async function install(project: string, folders: readonly string[]): Promise<void> {
  await mkdir(join(project, 'node_modules'), { recursive: true });
  const dependencies: Record<string, string> = { 'toy-plugin': '1.0.0' };
  for (const folder of folders) {
    await symlink(folder, join(project, 'node_modules', basename(folder)), 'junction');
    dependencies[basename(folder)] = '0.1.0';
  }
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'project', private: true, dependencies }));
}

/** The same for several packages at once: they have the same scripts, so one compiler and one test run do for all. */
async function checkTogether(cwd: string, folders: readonly string[]): Promise<void> {
  await symlink(nodeModules, join(cwd, 'node_modules'), 'junction');
  const bin = join(nodeModules, '.bin');
  await run(join(bin, 'tsc'), ['-b', ...folders]);
  const { stdout } = await run(
    join(bin, 'mocha'),
    folders.map((folder) => join(folder, 'dist/**/*.test.js')),
    { cwd },
  );
  expect(stdout).to.include(`${folders.length + 2} passing`);
  const scripts = { build: 'tsc', test: 'npm run build --silent && mocha', lint: 'biome ci .' };
  for (const folder of folders) {
    await run(join(bin, 'biome'), ['ci', '--error-on-warnings', '.'], { cwd: folder });
    expect(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).scripts).to.include(scripts);
    for (const file of await readdir(folder)) expect(file).to.not.match(/^(gitignore|mocharc\.json)$/);
  }
  await rm(join(cwd, 'node_modules'));
}

interface Difference {
  readonly name: string;
}

const pointsTable = `a\tb\ty\n${Array.from({ length: 12 }, (_, row) => `${row / 12}\t${1 / (row + 1)}\t${row / 20}\n`).join('')}`;

const tableData = `import { defineData, Forge } from '@forge-ml/core';

export default defineData({
  files: ['points.tsv'],
  async load({ seed }) {
    const columns = { x: ['a', 'b'], y: ['y'] };
    const table = await Forge.openDataset('tab-table', 'points.tsv', { columns });
    return { train: table.shuffle(seed).batch(4) };
  },
});
`;

const toy = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts', '--run-name', 'toy'];

describe('forge generate', function () {
  this.timeout(180_000);

  it('backend: a package that passes its tests, with the longest allowed name', () =>
    inFolder(async (cwd) => {
      const name = 'a-backend-with-a-name-as-long-as-can-be-1';
      const refused = await forge(['generate', 'backend', name], { cwd });
      expect([refused.status, refused.stderr]).to.deep.equal([
        2,
        `Error: "${name}" is not a valid name for a backend: use lowercase letters, digits and single hyphens, starting with a letter, at most 40 characters.
  → forge generate backend a-backend-with-a-name-as-long-as-can-be\n`,
      ]);
      const longest = name.replace('-be-1', '-be1');
      const made = await forge(['generate', 'backend', longest, '--folder', 'mine', '--json'], { cwd });
      expect([made.status, made.stderr]).to.deep.equal([0, '']);
      const { package: packageName, folder, files } = JSON.parse(made.stdout);
      expect(packageName).to.equal(`forge-backend-${longest}`);
      expect(files).to.include.members(['README.md', '.gitignore', '.github/workflows/ci.yml', 'src/plugin.ts']);
      for (const file of files) {
        expect(await readFile(join(folder, file), 'utf8'), file).to.not.match(/[^$]\{\{/);
      }
      const tested = await checkPackage(folder);
      expect(tested).to.match(/\d{2,} passing/);
      // A skipped test says why.
      const left = tested.match(/^ +- .*$/gm)!;
      expect(left).to.not.deep.equal([]);
      for (const title of left) expect(title).to.match(/\((cannot|skipped): .+\)$/);
    }));

  it('checkpoint-store: a package that passes its tests and the conformance suite, and stores a run', () =>
    inFolder(async (cwd) => {
      const refused = await forge(['generate', 'checkpoint-store', 'files'], { cwd });
      expect(refused.stderr).to.include('"forge train --checkpoint-store files" is reserved by Forge.');
      const made = await forge(['generate', 'checkpoint-store', 'my-store'], { cwd });
      expect([made.status, made.stderr]).to.deep.equal([0, '']);
      const folder = join(cwd, 'forge-checkpoint-store-my-store');
      expect(await checkPackage(folder))
        .to.include('checkpoint store conformance: my-store')
        .and.match(/\d{2,} passing/);
      const project = join(cwd, 'project');
      await writeToyProject(project);
      await install(project, [folder]);
      const flags = ['--checkpoint-store', 'my-store', '--my-store-seconds', '0', '--steps', '4'];
      const trained = await forge(['train', ...toy, ...flags], { cwd: project });
      expect(trained.status, trained.stderr).to.equal(0);
      expect(trained.stderr).to.match(/Saving checkpoint 4 took \d+\.\d s\./);
      expect(await readdir(join(project, 'results/toy/1/checkpoints'))).to.deep.equal(['4']);
    }));

  it('sink: a package that passes its tests, and writes the metrics of a run, also after a resume', () =>
    inFolder(async (cwd) => {
      const made = await forge(['generate', 'sink', 'my-table'], { cwd });
      expect([made.status, made.stderr]).to.deep.equal([0, '']);
      expect(made.stdout)
        .to.include('cd forge-sink-my-table && npm install && npm test')
        .and.include('--sink my-table');
      const folder = join(cwd, 'forge-sink-my-table');
      expect(await checkPackage(folder)).to.include('2 passing');
      const project = join(cwd, 'project');
      await writeToyProject(project);
      await install(project, [folder]);
      const flags = ['--sink', 'my-table', '--my-table-file', 'table.csv', '--report-every', '1'];
      const trained = await forge(['train', ...toy, ...flags, '--steps', '4'], { cwd: project });
      expect([trained.status, trained.stderr]).to.deep.equal([0, '']);
      const table = async () => (await readFile(join(project, 'results/toy/1/table.csv'), 'utf8')).split('\n');
      const steps = (lines: readonly string[]) =>
        lines.filter((line) => line.includes(',train,loss,')).map((line) => Number(line.split(',')[0]));
      expect((await table())[0]).to.equal('step,epoch,time,split,name,value');
      expect(steps(await table())).to.deep.equal([1, 2, 3, 4]);
      const further = ['train', '--resume', 'toy', '--override', '--steps', '6'];
      const resumed = await forge(further, { cwd: project });
      expect([resumed.status, resumed.stderr]).to.deep.equal([0, '']);
      expect(steps(await table())).to.deep.equal([1, 2, 3, 4, 5, 6]);
    }));

  it('sampler: a package that passes its tests and the conformance suite, and is listed', () =>
    inFolder(async (cwd) => {
      const refused = await forge(['generate', 'sampler', 'tpe'], { cwd });
      expect(refused.stderr).to.include('"forge sweep --method tpe" is reserved by Forge.');
      const made = await forge(['generate', 'sampler', 'my-search'], { cwd });
      expect([made.status, made.stderr]).to.deep.equal([0, '']);
      expect(made.stdout).to.include('forge sweep --method my-search');
      const folder = join(cwd, 'forge-sampler-my-search');
      expect(await checkPackage(folder))
        .to.include('sampler conformance: my-search')
        .and.match(/\d{2,} passing/);
      const project = join(cwd, 'project');
      await writeToyProject(project);
      await install(project, [folder]);
      const listed = await forge(['plugins'], { cwd: project });
      expect(listed.stdout).to.match(/^forge-sampler-my-search .*samplers my-search/m);
    }));

  it('launcher: a package that passes its tests, and starts a run', () =>
    inFolder(async (cwd) => {
      const made = await forge(['generate', 'launcher', 'slow'], { cwd });
      expect([made.status, made.stderr]).to.deep.equal([0, '']);
      const folder = join(cwd, 'forge-launcher-slow');
      expect(await checkPackage(folder)).to.include('3 passing');
      const project = join(cwd, 'project');
      await writeToyProject(project);
      await install(project, [folder]);
      const flags = ['--launcher', 'slow', '--slow-nice', '3', '--steps', '2'];
      const trained = await forge(['train', ...toy, ...flags], { cwd: project });
      expect([trained.status, trained.stderr]).to.deep.equal([0, '']);
      expect(trained.stdout).to.include('Completed at step 2');
    }));

  it('hook, reader, exporter, command: packages that pass their tests, and work in one project', () =>
    inFolder(async (cwd) => {
      const names = { hook: 'keep-best', reader: 'tab-table', exporter: 'moments', command: 'differ' };
      const uses = [
        'forge train --hook keep-best',
        "Forge.openDataset('tab-table', PATH)",
        'forge export RUN --format moments',
        'forge differ',
      ];
      for (const [index, [kind, name]] of Object.entries(names).entries()) {
        const made = await forge(['generate', kind, name], { cwd });
        expect([made.status, made.stderr]).to.deep.equal([0, '']);
        expect(made.stdout).to.include(`Once it is installed: ${uses[index]}`);
      }
      const folders = Object.entries(names).map(([kind, name]) => join(cwd, `forge-${kind}-${name}`));
      await checkTogether(cwd, folders);

      const project = join(cwd, 'project');
      const { data } = await writeToyProject(project);
      await writeFile(join(project, 'points.tsv'), pointsTable);
      await writeFile(data, tableData);
      await install(project, folders);
      const run = async (...words: string[]) => {
        const { status, stdout, stderr } = await forge(words, { cwd: project });
        expect([status, stderr], `${words.join(' ')}\n${stdout}`).to.deep.equal([0, '']);
        return stdout;
      };
      await run('train', ...toy, '--hook', 'keep-best', '--keep-best-metric', 'train.loss', '--steps', '4');
      const best = JSON.parse(await readFile(join(project, 'results/toy/1/best.json'), 'utf8'));
      expect(best).to.include({ metric: 'train.loss' }).and.have.property('value').that.is.below(10);
      await run('export', 'toy', '--format', 'moments', '--out', 'moments.json');
      const moments = JSON.parse(await readFile(join(project, 'moments.json'), 'utf8'));
      const differences = async (...words: string[]) =>
        JSON.parse(await run('differ', 'toy', ...words, '--json')).differences.map(({ name }: Difference) => name);
      expect(await differences()).to.deep.equal([]);
      await run('train', ...toy, '--seed', '2', '--steps', '4');
      const differ = await differences('toy/1');
      expect(Object.keys(moments)).to.include.members(differ).and.not.deep.equal([]);
      expect(differ).to.not.deep.equal([]);
      expect(await run('differ', 'toy', 'toy/1')).to.match(/^toy at step 4 and toy\/1 at step 4: \d+ differ\.\n/);
    }));

  it('rejects invalid names, and overwrites nothing', () =>
    inFolder(async (cwd) => {
      const hints = {
        Abacus: 'forge generate backend abacus',
        'my backend': 'forge generate backend my-backend',
        '../up': 'forge generate backend up',
        '7': 'forge generate backend abacus',
        'a--b': 'forge generate backend a-b',
        'forge-backend-mine': 'forge generate backend mine',
      };
      for (const [name, hint] of Object.entries(hints)) {
        const { status, stdout, stderr } = await forge(['generate', 'backend', name], { cwd });
        expect([status, stdout], name).to.deep.equal([2, '']);
        expect(stderr.split('\n').slice(1)).to.deep.equal([`  → ${hint}`, '']);
      }
      const none = await forge(['generate', 'sink', 'none'], { cwd });
      expect([none.status, none.stderr.split('\n')[0]]).to.deep.equal([
        2,
        'Error: "forge train --sink none" is reserved by Forge.',
      ]);
      for (const [kind, name] of Object.entries({ command: 'runs', exporter: 'safetensors', reader: 'safetensors' })) {
        const { status, stderr } = await forge(['generate', kind, name], { cwd });
        expect([status, stderr.includes('is reserved by Forge')], kind).to.deep.equal([2, true]);
      }
      const nameless = await forge(['generate', 'launcher'], { cwd });
      expect(nameless.stderr).to.match(/^Error: forge generate launcher requires a NAME\./);
      expect(await readdir(cwd)).to.deep.equal([]);

      await mkdir(join(cwd, 'forge-sink-mine'));
      await writeFile(join(cwd, 'forge-sink-mine/notes.md'), 'mine');
      const refused = await forge(['generate', 'sink', 'mine'], { cwd });
      expect([refused.status, refused.stderr]).to.deep.equal([
        2,
        `Error: ${join(cwd, 'forge-sink-mine')} already exists.
  → Choose a new folder: forge generate sink mine --folder FOLDER.\n`,
      ]);
      const file = await forge(['generate', 'sink', 'mine', '--folder', 'forge-sink-mine/notes.md'], { cwd });
      expect([file.status, file.stderr.split('\n')[0]]).to.deep.equal([
        2,
        `Error: ${join(cwd, 'forge-sink-mine/notes.md')} already exists.`,
      ]);
      expect(await readdir(join(cwd, 'forge-sink-mine'))).to.deep.equal(['notes.md']);
    }));
});
