import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a project that was written lies. */
export interface ToyProject {
  readonly folder: string;
  readonly data: string;
  readonly model: string;
}

const core = fileURLToPath(new URL('../../', import.meta.url));

const packageJson = `${JSON.stringify({ name: 'toy-project', private: true, dependencies: { 'toy-plugin': '1.0.0' } })}\n`;

/** A line with noise that no linear model gets wholly right; data and model share `points.ts` and `sizes.json`. */
const points = `import sizes from './sizes.json';

export function points(count: number, phase: number) {
  const x = Array.from({ length: count }, (_, row) =>
    Array.from({ length: sizes.inputs }, (_, column) => Math.sin(1 + phase + row * 1.7 + column * 2.3)),
  );
  return { x, y: x.map(([a = 0, b = 0]) => [a - 0.5 * b + 0.1 * a * b]) };
}
`;

const data = `import { defineData, flag, fromArrays } from '@forge-ml/core';
import { points } from './points.ts';

export default defineData({
  flags: {
    batchSize: flag.integer(4, 'Examples per minibatch.', { min: 1 }),
    examples: flag.integer(20, 'Examples to train on.', { min: 0 }),
  },
  load({ batchSize, examples, seed }) {
    return {
      train: fromArrays(points(examples, 0)).shuffle(seed).batch(batchSize),
      valid: fromArrays(points(6, 0.5)).batch(batchSize),
    };
  },
});
`;

const model = `import { defineModel, flag } from '@forge-ml/core';
import { version } from 'toy-engine';
import sizes from './sizes.json';

export default defineModel({
  flags: {
    hidden: flag.integer(sizes.hidden, 'Hidden units.', { min: 0 }),
    learningRate: flag.float(0.05, 'Step size.'),
    momentum: flag.float(0.9, 'How much of the last update goes on.', { min: 0, max: 1 }),
    dropout: flag.float(0.25, 'The share of hidden units left out of a step.', { min: 0, max: 0.9 }),
    msPerStep: flag.float(0, 'How long a step takes at least.', { min: 0 }),
  },
  load(flags, _data) {
    const { hidden, learningRate, momentum, dropout, msPerStep } = flags;
    return {
      kind: 'toy', inputs: 'x', targets: 'y', hidden, learningRate, momentum, dropout, msPerStep,
      artefacts: { engineVersion: version },
    };
  },
});
`;

const files = {
  'package.json': packageJson,
  'data.ts': data,
  'model.ts': model,
  'points.ts': points,
  'sizes.json': '{ "inputs": 2, "hidden": 3 }\n',
};

/**
 * Writes a whole small project: `data.ts`, `model.ts`, what they import, and the toy backend installed as a plugin
 * under `node_modules`, so that `forge train --backend toy` runs in it for real.
 * @param folder exists or not; what lies in it stays
 * @param changes content of more files, or of these, by path
 */
export async function writeToyProject(
  folder: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<ToyProject> {
  await writeFiles(folder, { ...files, ...changes });
  await installToyPlugin(folder);
  return { folder, data: join(folder, 'data.ts'), model: join(folder, 'model.ts') };
}

/** Installs the backends toy and null in a folder's `node_modules`, as npm would: a plugin beside its core. */
export async function installToyPlugin(folder: string): Promise<void> {
  const forge = { plugin: './plugin.js', port: 1, backends: ['toy', 'null'], exporters: ['toy', 'toy-folder'] };
  await writeFiles(join(folder, 'node_modules', 'toy-plugin'), {
    'package.json': JSON.stringify({ name: 'toy-plugin', version: '1.0.0', type: 'module', forge }),
    'plugin.js': "export { toyPlugin as default } from '@forge-ml/core/testing';\n",
  });
  const link = join(folder, 'node_modules', '@forge-ml', 'core');
  await mkdir(dirname(link), { recursive: true });
  await rm(link, { force: true });
  await symlink(core, link, 'junction');
}

/** A package to install in a project. */
export interface PluginPackage {
  readonly name: string;
  /** Its `forge` key; port 1 and the module `./plugin.js` where it says nothing else. */
  readonly forge?: object;
  readonly module?: string;
}

/** Installs a plugin as npm would: its files under the project's `node_modules`, its name among the dependencies. */
export async function installPlugin(folder: string, { name, forge, module = '' }: PluginPackage): Promise<void> {
  const packageJson = {
    name,
    version: '1.0.0',
    type: 'module',
    ...(forge === undefined ? {} : { forge: { plugin: './plugin.js', port: 1, ...forge } }),
  };
  await writeFiles(join(folder, 'node_modules', name), {
    'package.json': JSON.stringify(packageJson),
    'plugin.js': module,
  });
  const file = join(folder, 'package.json');
  const project = existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as { dependencies?: object }) : {};
  await writeFile(file, JSON.stringify({ ...project, dependencies: { ...project.dependencies, [name]: '1.0.0' } }));
}

/** Writes text files, by path relative to a folder, with the folders they need. */
export async function writeFiles(folder: string, contents: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
