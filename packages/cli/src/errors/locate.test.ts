import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { locateError } from './locate.js';

describe('locateError', () => {
  let folder = '';
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'forge-locate-')));
    const plugin = join(folder, 'node_modules', 'forge-sink-x');
    await mkdir(plugin, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "name": "project" }');
    await writeFile(
      join(plugin, 'package.json'),
      '{ "name": "forge-sink-x", "forge": { "port": 1 }, "type": "module" }',
    );
    await writeFile(join(plugin, 'plugin.js'), "export function fail() {\n  throw new Error('boom');\n}\n");
    await writeFile(
      join(folder, 'model.mjs'),
      `import { fail } from 'forge-sink-x/plugin.js';\nexport const call = () =>\n  fail();\n`,
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const thrownBy = async (file: string, name: string): Promise<Error> => {
    try {
      const module = (await import(pathToFileURL(join(folder, file)).href)) as Record<string, () => void>;
      module[name]?.();
    } catch (error) {
      return error as Error;
    }
    throw new Error('nothing was thrown');
  };
  const cleaned = (error: Error) => {
    // The frames of this test would count as user code.
    error.stack = error
      .stack!.split('\n')
      .filter((line) => !line.includes('locate.test'))
      .join('\n');
    return locateError(error);
  };

  it('names the plugin and the file of an error whose stack has no user code', async () => {
    const error = await thrownBy('node_modules/forge-sink-x/plugin.js', 'fail');
    expect(await cleaned(error)).to.match(
      /^In the plugin forge-sink-x, at .*plugin\.js:2:9; --debug shows the whole stack\.$/,
    );
    expect(await cleaned(new Error('wrapped', { cause: error }))).to.include('In the plugin forge-sink-x');
  });

  it('names the line of user code that called the plugin', async () => {
    expect(await cleaned(await thrownBy('model.mjs', 'call'))).to.match(/^At .*model\.mjs:3:3; /);
  });

  it('does not wait for a pipe named package.json', async () => {
    const deep = join(folder, 'deep');
    await mkdir(deep);
    execFileSync('mkfifo', [join(deep, 'package.json')]);
    const error = new Error('made up');
    error.stack = `Error: made up\n    at call (${join(deep, 'model.js')}:7:3)`;
    expect(await locateError(error)).to.match(/^At .*model\.js:7:3; /);
  });
});
