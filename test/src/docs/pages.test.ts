import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { commandsIn, root } from './pages.js';

describe('the pages in docs/', () => {
  let folder: string;
  beforeEach(async () => {
    // A folder that looks like a clone, so that the runs of the test do not land in the real one.
    folder = await mkdtemp(join(tmpdir(), 'forge-docs-'));
    for (const name of ['examples', 'node_modules', 'package.json', 'tsconfig.json', 'tsconfig.base.json']) {
      await symlink(join(root, name), join(folder, name));
    }
  });
  afterEach(() => rm(folder, { recursive: true }));

  for (const page of ['configs.md', 'models-onnx.md', 'models-tfjs.md', 'safekeeping.md']) {
    it(`${page}: the commands work, in the order they stand`, async () => {
      const commands = await commandsIn(`docs/${page}`);
      expect(commands).to.not.deep.equal([]);
      for (const command of commands) {
        const { status, stderr } = spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' });
        expect(status, `${command}\n${stderr}`).to.equal(0);
      }
    }).timeout(120_000);
  }

  for (const backend of ['onnx', 'tfjs']) {
    it(`models-${backend}.md names all that model configs can import`, async () => {
      const page = await readFile(join(root, `docs/models-${backend}.md`), 'utf8');
      const code = new Set([...page.matchAll(/`[^`\n]+`/g)].flatMap(([text]) => text.match(/\w+/g) ?? []));
      const exported = await import(`@forge-ml/backend-${backend}`);
      expect(Object.keys(exported).filter((name) => !code.has(name))).to.deep.equal([]);
    });
  }
});
