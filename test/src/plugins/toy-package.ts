import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFiles, writeToyProject } from '@forge-ml/core/testing';

export interface ToyPackage {
  readonly name?: string;
  readonly version?: string;
  readonly port?: number;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** A model config that prints whether the plugin uses the core of the command line, which configs get. */
const model = `import * as core from '@forge-ml/core';
import { defineModel } from '@forge-ml/core';
const { ForgeError } = globalThis.coreOfPlugin;
export default defineModel({
  load() {
    console.log('one core:', ForgeError === core.ForgeError);
    return { kind: 'toy', inputs: 'x', targets: 'y', learningRate: 0.1, hidden: 2, momentum: 0.9, dropout: 0 };
  },
});
`;

/** Writes the package of a plugin with the toy backend, as for publishing. */
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

/** A project with two configs for the toy backend, without any installed package. */
export async function writeBareProject(folder: string): Promise<void> {
  await writeToyProject(folder, { 'model.ts': model });
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
