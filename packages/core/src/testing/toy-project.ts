import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The paths of a project that was written. */
export interface ToyProject {
  readonly folder: string;
  readonly data: string;
  readonly model: string;
}

const core = dirname(createRequire(import.meta.url).resolve('@forge-ml/core/package.json'));

const packageJson = `${JSON.stringify({ name: 'toy-project', private: true, dependencies: { 'toy-plugin': '1.0.0' } })}\n`;

/** Data that a linear model cannot fit exactly. The data and model configs share `points.ts` and `sizes.json`. */
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
    learningRate: flag.float(0.05, 'Learning rate.'),
    momentum: flag.float(0.9, 'Momentum of the optimizer.', { min: 0, max: 1 }),
    dropout: flag.float(0.25, 'Dropout rate.', { min: 0, max: 0.9 }),
    msPerStep: flag.float(0, 'Minimum duration of a step, ms.', { min: 0 }),
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
 * Writes a complete small project: `data.ts`, `model.ts`, their imports, and the toy backend installed as a plugin in
 * `node_modules`, so that `forge train --backend toy` runs in it.
 * @param folder created if missing; other files in it are kept
 * @param changes contents of additional or replaced files, by path
 */
export async function writeToyProject(
  folder: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<ToyProject> {
  await writeFiles(folder, { ...files, ...changes });
  await installToyPlugin(folder);
  return { folder, data: join(folder, 'data.ts'), model: join(folder, 'model.ts') };
}

/** Installs the backends toy and null in a folder's `node_modules`, as npm would: a plugin next to its core. */
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
  /** Its `forge` key. Default values: port 1 and the module `./plugin.js`. */
  readonly forge?: object;
  readonly module?: string;
}

/** Installs a plugin as npm would: its files in `node_modules`, its name in the dependencies of the project. */
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

/** Writes text files by path relative to a folder, and creates their folders. */
export async function writeFiles(folder: string, contents: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
