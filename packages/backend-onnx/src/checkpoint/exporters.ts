import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyToNewFile } from '@forge-ml/core/node';
import type { Exporter } from '@forge-ml/core/plugin';
import { modelName, noModel } from '../model/inference-model.js';
import { exportAdapted, exportAdaptedFolder } from './export-adapted.js';
import { inlineModel } from './inline-model.js';
import { isAdapted, parametersName } from './read-adapted.js';

export const onnxExporter: Exporter = {
  description: 'The inference graph with its weights, in one file.',
  async export(request) {
    const { checkpointFolder, out } = request;
    if (await isAdapted(checkpointFolder)) return exportAdapted(request);
    await writeFile(out, await inlineModel(await modelIn(checkpointFolder), checkpointFolder), { flag: 'wx' });
  },
};

export const onnxFolderExporter: Exporter = {
  description: `A folder with the inference graph, and its weights in ${parametersName}.`,
  async export(request) {
    const { checkpointFolder, out } = request;
    if (await isAdapted(checkpointFolder)) return exportAdaptedFolder(request);
    const model = await modelIn(checkpointFolder);
    await mkdir(out);
    await copyToNewFile(model, join(out, modelName));
    await copyToNewFile(join(checkpointFolder, parametersName), join(out, parametersName));
  },
};

/** @throws ForgeError ABILITY_MISSING */
async function modelIn(folder: string): Promise<string> {
  const path = join(folder, modelName);
  await access(path).catch(() => {
    throw noModel(folder);
  });
  return path;
}
