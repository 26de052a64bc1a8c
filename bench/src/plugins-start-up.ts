import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFiles } from '@forge-ml/core/testing';
import { type Benchmark, interleave, median, type Row } from './benchmark.js';

const forge = fileURLToPath(new URL('../../packages/cli/bin/forge.js', import.meta.url));
const rounds = 15;

interface Package {
  readonly forge?: object;
  readonly module: string;
}

const valid = (name: string): Package => ({
  forge: { plugin: './plugin.js', port: 1, backends: [name], commands: [`${name}:show`], sinks: [name] },
  module: `import { definePlugin } from '@forge-ml/core/plugin';\nexport default definePlugin({ port: 1 });\n`,
});

const many = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => [`forge-backend-n${index}`, valid(`n${index}`)] as const),
);

/** One plugin for each kind of fault. */
const broken: Readonly<Record<string, Package>> = {
  'forge-backend-throws': { ...valid('throws'), module: 'throw new Error("broken");' },
  'forge-backend-hangs': { ...valid('hangs'), module: 'await new Promise(() => setInterval(() => {}, 1000));' },
  'forge-backend-taken': valid('throws'),
  'forge-backend-newer': { ...valid('newer'), forge: { plugin: './plugin.js', port: 99, backends: ['newer'] } },
  'forge-backend-mainless': { ...valid('mainless'), forge: { plugin: './nope.js', port: 1, backends: ['mainless'] } },
  'forge-backend-none': { module: '' },
};

/** Writes a data folder as `forge plugins install` does. */
async function install(data: string, packages: Readonly<Record<string, Package>>): Promise<void> {
  const folder = join(data, 'forge');
  const names = Object.keys(packages);
  await writeFiles(folder, {
    'package.json': JSON.stringify({
      dependencies: Object.fromEntries(names.map((name) => [name, '1.0.0'])),
      oclif: { schema: 1, plugins: names.map((name) => ({ name, tag: 'latest', type: 'user' })) },
    }),
  });
  for (const [name, { forge: key, module }] of Object.entries(packages)) {
    await writeFiles(join(folder, 'node_modules', name), {
      'package.json': JSON.stringify({ name, version: '1.0.0', type: 'module', forge: key }),
      'plugin.js': module,
    });
  }
}

/** The time of a whole process, ms. */
function time(word: string, cwd: string, data: string): () => Promise<number[]> {
  return async () => {
    const start = performance.now();
    const env = { ...process.env, XDG_DATA_HOME: data };
    const { status } = spawnSync(process.execPath, [forge, word], { cwd, env, stdio: 'ignore' });
    if (status !== 0) throw new Error(`forge ${word} ended with ${status}`);
    return [performance.now() - start];
  };
}

async function compare(word: string, what: string, bar: number, cwd: string, data: string): Promise<Row> {
  const samples = await interleave(rounds, {
    none: time(word, cwd, join(cwd, 'none')),
    some: time(word, cwd, data),
  });
  const [none, some] = [median(samples.none), median(samples.some)];
  return {
    what: `forge ${word} with ${what}, relative to none`,
    value: some / none,
    unit: '×',
    bar: { relation: '<=', value: bar },
    detail: `${some.toFixed(0)} ms, without ${none.toFixed(0)} ms`,
  };
}

export const pluginsStartUp: Benchmark = {
  name: 'plugins-start-up',
  async run() {
    const cwd = await mkdtemp(join(tmpdir(), 'forge-bench-'));
    try {
      const [twenty, wrong] = [join(cwd, 'twenty'), join(cwd, 'wrong')];
      await install(twenty, many);
      await install(wrong, { ...many, ...broken });
      return [
        await compare('--version', '20 plugins', 1.5, cwd, twenty),
        await compare('runs', '20 plugins', 1.5, cwd, twenty),
        await compare('--help', '20 plugins and 6 broken ones', 1.2, cwd, wrong),
        await compare('runs', '20 plugins and 6 broken ones', 1.5, cwd, wrong),
      ];
    } finally {
      await rm(cwd, { recursive: true, force: true });
    }
  },
};
