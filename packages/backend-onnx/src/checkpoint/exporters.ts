import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyToNewFile } from '@forge-ml/core/node';
import type { Exporter, ExportRequest } from '@forge-ml/core/plugin';
import { exportName, modelName, noModel, predictName } from '../model/inference-model.js';
import { adaptedBytes, exportAdaptedFolder, unmergedModel } from './export-adapted.js';
import { inOpset } from './in-opset.js';
import { inlineModel } from './inline-model.js';
import { isAdapted, parametersName } from './read-adapted.js';
import { tensorPlaces } from './tensor-places.js';

export const onnxExporter: Exporter = {
  description: 'The inference graph with its weights, in one file.',
  options: ['opset'],
  async export(request) {
    const { checkpointFolder, out } = request;
    const isUnmerged = request.merge === false && (await isAdapted(checkpointFolder));
    const model = isUnmerged ? await unmergedModel(request) : await exportedBytes(request);
    await writeFile(out, model, { flag: 'wx' });
  },
};

/** The inference graph with its weights. @throws ForgeError ABILITY_MISSING, MODEL_INVALID */
export async function exportedBytes(request: ExportRequest): Promise<Uint8Array> {
  const { checkpointFolder, opset } = request;
  if (await isAdapted(checkpointFolder)) return adaptedBytes(request);
  const model = await inlineModel(await modelIn(checkpointFolder), checkpointFolder);
  return opset === undefined ? model : inOpset(model, opset);
}

export const onnxFolderExporter: Exporter = {
  description: `A folder with the inference graph, its weights in ${parametersName}, and the preprocessing of the run.`,
  options: ['opset'],
  predicts: true,
  async export(request) {
    const { checkpointFolder, out, opset } = request;
    if (await isAdapted(checkpointFolder)) return exportAdaptedFolder(request);
    const model = await modelIn(checkpointFolder);
    await mkdir(out);
    const weights = join(out, parametersName);
    await copyToNewFile(join(checkpointFolder, parametersName), weights);
    const write = await writerOf(weights, opset);
    await write(model, join(out, modelName));
    const own = join(checkpointFolder, modelName);
    if (model !== own) await write(own, join(out, predictName));
  },
};

/** Writes a model next to its weights: as it is, or in another opset. */
async function writerOf(
  weights: string,
  opset: number | undefined,
): Promise<(from: string, to: string) => Promise<void>> {
  if (opset === undefined) return copyToNewFile;
  const externalData = { location: parametersName, offsets: await tensorPlaces(weights) };
  return async (from, to) => writeFile(to, await inOpset(from, opset, externalData), { flag: 'wx' });
}

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
