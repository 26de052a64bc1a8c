import { statSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFiles, writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from '../cli/folder.js';
import { type Finished, forge } from '../cli/forge-process.js';

interface Package {
  readonly forge?: object;
  readonly module?: string;
  readonly files?: Readonly<Record<string, string>>;
}

const valid = (name: string): Package => ({
  forge: { plugin: './plugin.js', port: 1, backends: [name], commands: [`${name}:show`] },
  module: 'export default { port: 1 };\n',
});

/** Twenty valid plugins, and one of each fault. */
const packages: Readonly<Record<string, Package>> = {
  ...Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`forge-backend-n${index}`, valid(`n${index}`)])),
  'throws-at-load': { ...valid('throws'), module: 'throw new Error("broken");' },
  'hangs-at-load': { ...valid('hangs'), module: 'await new Promise(() => setInterval(() => {}, 1000));' },
  'takes-a-name': valid('n1'),
  'asks-for-a-newer-port': { forge: { plugin: './plugin.js', port: 99, backends: ['newer'] } },
  'has-no-main': { forge: { plugin: './nope.js', port: 1, backends: ['mainless'] } },
  'contains-a-core': {
    ...valid('owner'),
    files: { 'node_modules/@forge-ml/core/package.json': '{"name":"@forge-ml/core","version":"9.0.0"}' },
  },
  'is-not-a-plugin': {},
};

/** The help text before the list of plugin commands, and the sorted lines of that list. */
function split(help: string): [string, string[]] {
  const [text, list] = help.split('COMMANDS OF PLUGINS\n');
  const lines = list!.split('\n').map((line) => line.trim().replace(/ +/g, ' '));
  return [text!, lines.filter((line) => line !== '').sort()];
}

/** Installs all packages as npm would. */
async function install(folder: string): Promise<void> {
  const names = Object.keys(packages);
  const plugins = names.map((name) => ({ name, type: 'user' }));
  const dependencies = Object.fromEntries(names.map((name) => [name, '1.0.0']));
  await writeFiles(folder, { 'package.json': JSON.stringify({ dependencies, oclif: { schema: 1, plugins } }) });
  for (const [name, { forge: key, module = '', files = {} }] of Object.entries(packages)) {
    await writeFiles(join(folder, 'node_modules', name), {
      'package.json': JSON.stringify({ name, version: '1.0.0', type: 'module', forge: key }),
      'plugin.js': module,
      ...files,
    });
  }
}

/** The modules of core in the files of its bundle that were loaded, by their path in `dist`. */
async function modulesOfCore(urls: readonly string[]): Promise<string[]> {
  const files = urls.filter((url) => url.includes('/core/')).map((url) => readFile(fileURLToPath(url), 'utf8'));
  const texts = await Promise.all(files);
  return texts.flatMap((text) => [...text.matchAll(/^\/\/ dist\/(.*)$/gm)].map(([, path]) => path!));
}

/**
 * `npm run bench plugins-start-up` measures the time. This test checks the reason why plugins take none: the same modules
 * run with many plugins as without.
 */
describe('start-up with many plugins, some of them faulty', () => {
  let none = '';
  let many = '';
  before(async () => {
    none = await makeFolder();
    many = await makeFolder();
    await install(many);
    await install(join(many, '.data', 'forge'));
  });
  after(() => Promise.all([none, many].map(removeFolder)));

  /** Runs a command. @returns its output and the modules it loaded */
  async function runWithModules(cwd: string, words: readonly string[]): Promise<{ end: Finished; modules: string[] }> {
    const coverage = join(cwd, '.coverage');
    const end = await forge(words, { cwd, env: { NODE_V8_COVERAGE: coverage } });
    const modules: string[] = [];
    for (const report of await readdir(coverage)) {
      const { result } = JSON.parse(await readFile(join(coverage, report), 'utf8')) as { result: { url: string }[] };
      modules.push(...result.map(({ url }) => url).filter((url) => url.startsWith('file:')));
    }
    await rm(coverage, { recursive: true });
    return { end, modules: modules.sort() };
  }

  it('forge runs loads nothing that training needs', async () => {
    const { modules } = await runWithModules(none, ['runs']);
    // What it needs of core is in the bundle of the command line.
    expect(modules.some((url) => url.endsWith('/bundle/commands/runs/index.js'))).to.equal(true);
    expect(modules.filter((url) => url.includes('/core/'))).to.deep.equal([]);
    expect(modules.filter((url) => /node_modules\/(tsyringe|reflect-metadata|jiti|esbuild)\//.test(url))).to.deep.equal(
      [],
    );
  });

  it('forge train loads nothing that loading, resuming, comparing or exporting a run needs', async () => {
    const project = await makeFolder();
    try {
      await writeToyProject(project);
      const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
      const { end, modules } = await runWithModules(project, ['train', ...configs, '--steps', '1']);
      expect([end.status, end.stderr]).to.deep.equal([0, '']);
      const ofCore = await modulesOfCore(modules);
      expect(ofCore).to.include('api/train/train-run.js');
      const others =
        /^(api\/(compare|rerun|load\/(load-from|load-run|export|open|stored)|resume\/(reopen|resumed|corrected))|run\/(compare|curves|export|follow|query|trash))/;
      expect(ofCore.filter((path) => others.test(path))).to.deep.equal([]);
      expect(modules.filter((url) => /node_modules\/(fast-png|diff|typescript)\//.test(url))).to.deep.equal([]);
    } finally {
      await removeFolder(project);
    }
  });

  it('the help of a plugin command loads the library in a few files, and nothing of a training or a server', async () => {
    const { end, modules } = await runWithModules(none, ['ui', '--help']);
    expect([end.status, end.stderr]).to.deep.equal([0, '']);
    const ofCore = modules.filter((url) => url.includes('/core/'));
    expect(ofCore.length).to.be.within(1, 30);
    const loaded = await modulesOfCore(modules);
    expect(loaded).to.include('plugins/host/load-plugin.js');
    expect(
      loaded.filter((path) => /^(api\/(train|resume)\/|api\/prepare\/prepare-run|code\/(capture|trace))/.test(path)),
    ).to.deep.equal([]);
    const ofUi = modules.filter((url) => url.includes('/ui/bundle/')).map((url) => statSync(fileURLToPath(url)).size);
    expect(ofUi.reduce((sum, size) => sum + size, 0)).to.be.lessThan(20_000);
  });

  it('forge --help loads the same modules as without plugins, and differs only in the list of their commands', async () => {
    const [without, withMany] = [await runWithModules(none, ['--help']), await runWithModules(many, ['--help'])];
    expect(withMany.modules).to.deep.equal(without.modules);
    expect([withMany.end.status, withMany.end.stderr]).to.deep.equal([0, '']);
    const [text, own] = split(without.end.stdout);
    const [textWithMany, listed] = split(withMany.end.stdout);
    expect(textWithMany.replaceAll(many, none)).to.equal(text);
    // Listed by their package.json, without being loaded. Unusable plugins are not listed.
    const added = Array.from({ length: 20 }, (_, index) => `n${index} show from forge-backend-n${index} 1.0.0`);
    expect(listed).to.deep.equal(
      [
        ...own,
        ...added,
        'throws show from throws-at-load 1.0.0',
        'hangs show from hangs-at-load 1.0.0',
        'owner show from contains-a-core 1.0.0',
      ].sort(),
    );
  });

  for (const words of [['--version'], ['train', '--help'], ['runs'], ['runs', '--json']]) {
    it(`forge ${words.join(' ')} prints and loads the same as without plugins`, async () => {
      const [without, withMany] = [await runWithModules(none, words), await runWithModules(many, words)];
      expect(without.modules.length).to.be.greaterThan(2);
      expect(withMany.modules).to.deep.equal(without.modules);
      expect(withMany.end.status).to.equal(0);
      expect(withMany.end.stderr).to.equal('');
      expect(withMany.end.stdout.replaceAll(many, none)).to.equal(without.end.stdout);
    });
  }
});
