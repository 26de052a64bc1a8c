import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeToyProject } from '@forge-ml/core/testing';
import { makeFolder } from '../cli/folder.js';
import { writeProject } from '../resume/project.js';

const configs = (model: string) => ['--data-config', 'data.ts', '--model-config', model];
const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A project whose model has dropout, batch norm and an optimizer with slots, and the flags that choose its engine. */
export const projects: Readonly<Record<string, () => Promise<{ folder: string; argv: readonly string[] }>>> = {
  toy: async () => ({
    folder: (await writeToyProject(await makeFolder())).folder,
    argv: ['--backend', 'toy', ...configs('model.ts')],
  }),
  tfjs: () => withEngines(['--backend', 'tfjs', '--engine', 'cpu', ...configs('model.ts')]),
  onnx: () => withEngines(['--backend', 'onnx', '--engine', 'cpu', ...configs('model.onnx.ts')]),
};

async function withEngines(argv: readonly string[]) {
  const folder = await writeProject();
  const dependencies = { '@forge-ml/backend-tfjs': '*', '@forge-ml/backend-onnx': '*' };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, argv };
}
