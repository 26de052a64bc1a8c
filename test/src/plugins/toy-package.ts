import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFiles, writeToyProject } from '@forge-ml/core/testing';

export interface ToyPackage {
  readonly name?: string;
  readonly version?: string;
  readonly port?: number;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Says of the plugin's core whether it is the configs': the one that the command line runs on. */
const tells = `import * as core from '@forge-ml/core';
import { defineModel } from '@forge-ml/core';
const { ForgeError } = globalThis.coreOfPlugin;
export default defineModel({
  load() {
    console.log('one core:', ForgeError === core.ForgeError);
    return { kind: 'toy', inputs: 'x', targets: 'y', learningRate: 0.1, hidden: 2, momentum: 0.9, dropout: 0 };
  },
});
`;

/** Writes the package of a plugin with the backend toy, as its author would publish it. */
export async function writeToyPackage(
  folder: string,
  { name = 'forge-backend-toy', version = '1.0.0', port = 1, more = {} }: ToyPackage = {},
): Promise<string> {
  const core = '@forge-ml/core';
  await writeFiles(folder, {
    'package.json': JSON.stringify({
      name,
      version,
      type: 'module',
      forge: { plugin: './plugin.js', port, backends: ['toy'] },
      peerDependencies: { [core]: '*' },
      peerDependenciesMeta: { [core]: { optional: true } },
      ...more,
    }),
    'plugin.js': `import { ForgeError } from '@forge-ml/core';
import { toyPlugin } from '@forge-ml/core/testing';
globalThis.coreOfPlugin = { ForgeError };
export default toyPlugin;
`,
  });
  return folder;
}

/** A project with two configs for the backend toy, in which nothing at all is installed. */
export async function writeBareProject(folder: string): Promise<void> {
  await writeToyProject(folder, { 'model.ts': tells });
  await rm(join(folder, 'node_modules'), { recursive: true });
  await rm(join(folder, 'package.json'));
}

export const trainToy = [
  'train',
  '--backend=toy',
  '--data-config=data.ts',
  '--model-config=model.ts',
  '--run-name=toy',
];
