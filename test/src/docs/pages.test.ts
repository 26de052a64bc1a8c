import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { blocksIn, commandsIn, root } from './pages.js';
import { quickNpx } from './quick-npx.js';
import { runCommand } from './run-command.js';

describe('the pages in docs/', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  beforeEach(async () => {
    // A folder that looks like a clone, so that runs are not written into the real one.
    folder = await mkdtemp(join(tmpdir(), 'forge-docs-'));
    for (const name of ['examples', 'node_modules', 'package.json', 'tsconfig.json', 'tsconfig.base.json']) {
      await symlink(join(root, name), join(folder, name));
    }
    env = await quickNpx(join(folder, '.npx'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Pages whose commands another test runs. */
  const elsewhere: Readonly<Record<string, string>> = {
    'clusters.md': 'A test in test/src/slurm starts a cluster first.',
    'plugins.md': 'The next test writes the plugin of the page first.',
    'write-a-backend.md': 'write-a-backend.test.ts installs packed packages first.',
  };
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const withCommands = pages.filter((name) => /^```console\n/m.test(readFileSync(join(root, 'docs', name), 'utf8')));

  it('runs the commands of each page that has some', () => {
    expect(withCommands).to.include.members(Object.keys(elsewhere));
    expect(withCommands.length).to.be.greaterThan(7);
  });

  for (const page of withCommands.filter((name) => !Object.hasOwn(elsewhere, name))) {
    it(`${page}: the commands work in their order`, async () => {
      const commands = await commandsIn(`docs/${page}`);
      expect(commands).to.not.deep.equal([]);
      for (const command of commands) {
        const { status, stderr } = await runCommand(command, folder, env);
        expect(status, `${command}\n${stderr}`).to.equal(0);
      }
    }).timeout(600_000);
  }

  it('plugins.md: the plugin on the page can be linked and works', async () => {
    const files = { 'package.json': 'json', 'plugin.js': 'js' };
    await mkdir(join(folder, 'forge-sink-csv'));
    for (const [name, language] of Object.entries(files)) {
      const [block] = await blocksIn('docs/plugins.md', language);
      await writeFile(join(folder, 'forge-sink-csv', name), block!.text);
    }
    const data = { ...env, XDG_DATA_HOME: join(folder, 'data') };
    let output = '';
    for (const command of await commandsIn('docs/plugins.md')) {
      const { status, stdout, stderr } = await runCommand(command, folder, data);
      expect(status, `${command}\n${stderr}`).to.equal(0);
      output += stdout;
    }
    expect(output).to.match(/^1;train;loss;\d/m);
    expect(output).to.include('Unlinked forge-sink-csv');
  }).timeout(120_000);

  it('serving.md shows the server of the example', async () => {
    const blocks = await blocksIn('docs/serving.md', 'ts');
    const { text } = blocks.find((block) => block.text.startsWith('// server.ts\n'))!;
    expect(text.replace('// server.ts\n', '')).to.equal(await readFile(join(root, 'examples/serve/server.ts'), 'utf8'));
  });

  for (const backend of ['onnx', 'tfjs']) {
    it(`models-${backend}.md names everything that model configs can import`, async () => {
      const page = await readFile(join(root, `docs/models-${backend}.md`), 'utf8');
      const code = new Set([...page.matchAll(/`[^`\n]+`/g)].flatMap(([text]) => text.match(/\w+/g) ?? []));
      const exported = await import(`@forge-ml/backend-${backend}`);
      expect(Object.keys(exported).filter((name) => !code.has(name))).to.deep.equal([]);
    });
  }
});
