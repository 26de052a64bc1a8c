import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { createModuleLoader } from '../config/loader/module-loader.js';
import { failureOf, useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { writeFiles } from '../testing/toy-project.js';
import { captureCode } from './capture-code.js';
import { checkCodeManifest } from './code-manifest.js';
import { codePlace } from './code-place.js';
import { openStoredCode, resolvePackages } from './stored-code.js';
import { writeCode } from './write-code.js';

const project = {
  'data.ts': `import sizes from './lib/sizes.json'; export const load = () => sizes.n;`,
  'model.ts': `import { name } from '@lib/name'; import { v } from 'pkg'; export const load = () => [name, v];`,
  'lib/sizes.json': '{ "n": 4 }',
  'lib/name.ts': `export const name: string = 'stored';`,
  'tsconfig.json': '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }',
};
const pkg = (version: string) => ({
  'node_modules/pkg/package.json': JSON.stringify({ name: 'pkg', version, type: 'module', main: 'index.js' }),
  'node_modules/pkg/index.js': `export const v = '${version}';`,
});

const original = codePlace(null);

describe("a run's stored code", () => {
  const folder = useTemporaryFolder();
  const at = (...parts: string[]) => join(folder(), ...parts);

  async function store(): Promise<string> {
    await writeFiles(at('project'), { ...project, ...pkg('1.0.0') });
    const entry = (path: string) => ({ path: at('project', path), files: [] });
    const run = at('run');
    await mkdir(run);
    await writeCode(run, await captureCode({ data: entry('data.ts'), model: entry('model.ts') }, []));
    return run;
  }

  it('runs without its project, which may be changed or deleted', async () => {
    const run = await store();
    await writeFiles(at('project'), { 'lib/name.ts': `export const name = 'rewritten';` });
    for (const remove of [false, true]) {
      if (remove) {
        await rm(at('project'), { recursive: true });
        await writeFiles(at('elsewhere'), pkg('1.0.0'));
      }
      const code = await openStoredCode(run, original);
      const { aliases, warnings } = await resolvePackages(code, [at('elsewhere')]);
      const loader = await createModuleLoader({ modules: {}, aliases, boundary: code.folder });
      const { load } = (await loader.import(code.entries.model!)) as { load(): unknown };
      expect(load()).to.deep.equal(['stored', '1.0.0']);
      expect(((await loader.import(code.entries.data!)) as { load(): unknown }).load()).to.equal(4);
      expect(warnings).to.deep.equal([]);
    }
  });

  const changes: Record<string, [(code: string) => Promise<unknown>, string]> = {
    'was changed': [
      (code) => writeFile(join(code, 'lib/name.ts'), `export const name = 'evil';`),
      'lib/name.ts was changed',
    ],
    'is missing': [(code) => rm(join(code, 'lib/sizes.json')), 'lib/sizes.json is missing'],
    'was added': [(code) => writeFile(join(code, 'lib/name.js'), ''), 'lib/name.js was added'],
    'was added to node_modules': [
      (code) => writeFiles(code, { 'node_modules/pkg/index.js': '' }),
      'node_modules/pkg/index.js was added',
    ],
    'is a link now': [
      async (code) => {
        await rm(join(code, 'lib/name.ts'));
        await symlink(at('project/lib/name.ts'), join(code, 'lib/name.ts'));
      },
      'lib/name.ts is a link',
    ],
    'is a pipe now': [
      async (code) => {
        await rm(join(code, 'lib/name.ts'));
        execFileSync('mkfifo', [join(code, 'lib/name.ts')]);
      },
      'lib/name.ts is not a regular file',
    ],
    'is in a code folder that is a link now': [
      async (code) => {
        await rename(code, at('elsewhere'));
        await symlink(at('elsewhere'), code);
      },
      'code is a link',
    ],
    'is in a folder that is a link now': [
      async (code) => {
        await rm(join(code, 'lib'), { recursive: true });
        await symlink(at('project/lib'), join(code, 'lib'));
      },
      'lib was added',
    ],
  };
  for (const [how, [change, message]] of Object.entries(changes)) {
    it(`is refused if a file ${how}`, async () => {
      const run = await store();
      await change(join(run, 'code'));
      const error = await failureOf(() => openStoredCode(run, original));
      expect(error.code).to.equal('CODE_ALTERED');
      expect(error.message).to.include(message);
      const warnings: string[] = [];
      const trusted = await openStoredCode(run, original, (warning) => warnings.push(warning)).catch(
        (refusal: unknown) => refusal,
      );
      if (/link|pipe/.test(how)) {
        expect(trusted).to.have.property('message', error.message);
        expect(error.hint).to.not.include('--trust-code');
      } else {
        expect(trusted).to.have.property('entries');
        expect(error.hint).to.include('--trust-code');
        expect(warnings.join('\n')).to.include(message).and.include('as requested');
      }
    });
  }

  it('ignores added files that cannot be executed', async () => {
    const run = await store();
    await writeFiles(join(run, 'code'), { 'notes.txt': 'mine', '.DS_Store': '' });
    expect((await openStoredCode(run, original)).entries.model).to.equal(join(run, 'code', 'model.ts'));
  });

  it('is refused if its manifest is missing or invalid', async () => {
    const run = await store();
    await writeFile(join(run, 'code.json'), '{ "formatVersion": 1');
    expect((await failureOf(() => openStoredCode(run, original))).code).to.equal('CODE_ALTERED');
    await rm(join(run, 'code.json'));
    expect((await failureOf(() => openStoredCode(run, original))).message).to.include('code.json');
  });

  it('resolves packages from the original project first, then from the other folders', async () => {
    const run = await store();
    await writeFiles(at('elsewhere'), pkg('2.0.0'));
    const code = await openStoredCode(run, original);
    const first = await resolvePackages(code, [at('elsewhere')]);
    expect(first).to.deep.equal({
      aliases: { pkg: at('project/node_modules/pkg/index.js') },
      warnings: [],
      packages: new Map([['pkg', at('project/node_modules/pkg')]]),
      used: [{ specifier: 'pkg', name: 'pkg', version: '1.0.0', importer: 'model.ts' }],
    });

    await rm(at('project'), { recursive: true });
    const { aliases, warnings, used } = await resolvePackages(code, [at('nowhere'), at('elsewhere')]);
    expect(aliases).to.deep.equal({ pkg: at('elsewhere/node_modules/pkg/index.js') });
    expect(warnings).to.deep.equal(['pkg is 2.0.0 here; the run was created with 1.0.0.']);
    expect(used.map(({ version }) => version)).to.deep.equal(['2.0.0']);
    const none = await resolvePackages(code, []);
    expect([none.aliases, none.used.map(({ version }) => version)]).to.deep.equal([{}, ['1.0.0']]);
  });
});

describe('code that was imported through links', () => {
  const folder = useTemporaryFolder();

  it('runs from its copy after links and originals were deleted', async () => {
    const project = join(folder(), 'project');
    await writeFiles(project, {
      'model.ts': `import { a } from './linked/a.ts'; import { c } from './c.ts'; export const load = () => a + c;`,
      'shared/a.ts': `export { b as a } from './b.ts';`,
      'shared/b.ts': 'export const b: number = 7;',
      'deep/d.ts': 'export const c: number = 3;',
    });
    await symlink('shared', join(project, 'linked'));
    await symlink('deep/d.ts', join(project, 'c.ts'));
    const run = join(folder(), 'run');
    await mkdir(run);
    await writeCode(run, await captureCode({ model: { path: join(project, 'model.ts'), files: [] } }, []));
    await rm(project, { recursive: true });
    const loader = await createModuleLoader({ modules: {} });
    const { load } = (await loader.import((await openStoredCode(run, original)).entries.model!)) as { load(): unknown };
    expect(load()).to.equal(10);
  });
});

describe('checkCodeManifest', () => {
  const file = { path: 'a.ts', bytes: 1, checksum: `sha256:${'0'.repeat(64)}` };
  const valid = { formatVersion: 2, root: '/p', entries: { data: 'a.ts' }, files: [file], packages: [], missing: [] };

  it('accepts what Forge writes', () => {
    expect(checkCodeManifest(valid, 'code.json')).to.equal(valid);
  });

  const escaping = ['../a.ts', 'x/../../a.ts', '/etc/passwd', 'C:\\a.ts', '..\\a.ts', '', 'a\0.ts', '..'];
  for (const path of escaping) {
    it(`refuses the path ${JSON.stringify(path)}`, async () => {
      for (const manifest of [
        { ...valid, files: [{ ...file, path }] },
        { ...valid, entries: { data: path } },
        { ...valid, packages: [{ specifier: 'pkg', name: 'pkg', version: null, importer: path }] },
      ]) {
        const error = await failureOf(() => checkCodeManifest(manifest, 'code.json'));
        expect(error.code).to.equal('CODE_ALTERED');
        expect(error.message).to.include('outside the run');
      }
    });
  }

  const invalid: Record<string, object> = {
    root: { root: 3 },
    'entries.data': { entries: { data: 3 } },
    entries: { entries: null },
    files: { files: {} },
    'files.0.path': { files: [{ ...file, path: 3 }] },
    'files.0.bytes': { files: [{ ...file, bytes: '1' }] },
    'files.0.checksum': { files: [{ ...file, checksum: 'md5:0' }] },
    'files.0': { files: [null] },
    packages: { packages: 'pkg' },
    'packages.0.name': { packages: [{ specifier: 'pkg', version: null }] },
  };
  for (const [field, change] of Object.entries(invalid)) {
    it(`refuses an invalid ${field}`, async () => {
      const error = await failureOf(() => checkCodeManifest({ ...valid, ...change }, 'code.json'));
      expect(error.code).to.equal('CODE_ALTERED');
      expect(error.message).to.equal(`code.json has an invalid "${field}".`);
    });
  }

  it('refuses another format version', async () => {
    const error = await failureOf(() => checkCodeManifest({ ...valid, formatVersion: 3 }, 'code.json'));
    expect(error.code).to.equal('CODE_ALTERED');
    expect(error.message).to.equal('code.json has format version 3; this Forge reads versions 1 to 2.');
  });
});
