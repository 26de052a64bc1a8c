import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const core = fileURLToPath(new URL('../../../packages/core', import.meta.url));
const bundle = join(core, 'bundle');

interface Door {
  readonly 'forge-dist': string;
  readonly default: string;
}

const { exports } = JSON.parse(readFileSync(join(core, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, Door | string>>;
};
const doors = Object.entries(exports).filter((entry): entry is [string, Door] => typeof entry[1] !== 'string');

/** Node runs the tests themselves with the files in `dist`: see `.mocharc.json`. */
async function run(code: string, ...flags: readonly string[]): Promise<unknown> {
  const args = [...flags, '--input-type=module', '-e', code];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: core });
  return JSON.parse(stdout);
}

/** Names that each door exports. */
const namesOfDoors = `
  const doors = ${JSON.stringify(doors.map(([name]) => name.replace('.', '@forge-ml/core')))};
  const modules = await Promise.all(doors.map((door) => import(door)));
  console.log(JSON.stringify(modules.map((door) => Object.keys(door).sort())));`;

describe('the bundle of core', () => {
  const files = readdirSync(bundle).filter((name) => name.endsWith('.js'));
  const texts = new Map(files.map((name) => [name, readFileSync(join(bundle, name), 'utf8')]));

  it('exports from each door what the modules in dist do', async () => {
    const [bundled, modules] = [await run(namesOfDoors), await run(namesOfDoors, '--conditions=forge-dist')];
    expect(bundled).to.deep.equal(modules);
    expect((bundled as string[][]).every((names) => names.length > 0)).to.equal(true);
  });

  it('has each module once, so that all doors share classes and state', async () => {
    const paths = [...texts.values()].flatMap((text) => text.match(/^\/\/ dist\/.*$/gm) ?? []);
    expect(paths.length).to.be.greaterThan(500);
    expect(paths.filter((path, at) => paths.indexOf(path) !== at)).to.deep.equal([]);
    const shared = `
      const { ForgeError } = await import('@forge-ml/core');
      const others = await Promise.all(['plugin', 'flags', 'manage'].map((door) => import('@forge-ml/core/' + door)));
      console.log(JSON.stringify(others.map((door) => door.ForgeError === ForgeError)));`;
    expect(await run(shared)).to.deep.equal([true, true, true]);
  });

  it('has the programs that its modules start in threads and processes', () => {
    const started = [...texts.values()].flatMap((text) =>
      [...text.matchAll(/new URL\("(.*?)", import\.meta\.url\)/g)].map(([, path]) => path!),
    );
    expect(started).to.include.members(['./map-worker.js', './checkpoint-worker.js', './job-program.js']);
    // Only the folder itself is not a file of the bundle: packages are searched from there.
    expect(started.filter((path) => path !== '.' && !existsSync(join(bundle, path)))).to.deep.equal([]);
  });

  it('shows the names of functions in stack traces', async () => {
    const code = `
      const { flag } = await import('@forge-ml/core');
      try { flag.integer(1, 'X.', { minimum: 0 }); } catch (error) { console.log(JSON.stringify(error.stack)); }`;
    expect(await run(code)).to.match(/at (Object\.)?integer .*bundle\/[\w-]+\.js:\d{2,}:\d{1,3}\)/);
  });
});
