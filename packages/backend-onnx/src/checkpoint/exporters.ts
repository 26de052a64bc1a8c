import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyToNewFile } from '@forge-ml/core/node';
import type { Exporter } from '@forge-ml/core/plugin';
import { exportName, modelName, noModel } from '../model/inference-model.js';
import { exportAdapted, exportAdaptedFolder } from './export-adapted.js';
import { inOpset } from './in-opset.js';
import { inlineModel } from './inline-model.js';
import { isAdapted, parametersName } from './read-adapted.js';

export const onnxExporter: Exporter = {
  description: 'The inference graph with its weights, in one file.',
  options: ['opset'],
  async export(request) {
    const { checkpointFolder, out, opset } = request;
    if (await isAdapted(checkpointFolder)) return exportAdapted(request);
    const model = await inlineModel(await modelIn(checkpointFolder), checkpointFolder);
    await writeFile(out, opset === undefined ? model : await inOpset(model, opset), { flag: 'wx' });
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

/** The model to export. @throws ForgeError ABILITY_MISSING */
async function modelIn(folder: string): Promise<string> {
  for (const name of [exportName, modelName]) {
    const path = join(folder, name);
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  throw noModel(folder);
}
