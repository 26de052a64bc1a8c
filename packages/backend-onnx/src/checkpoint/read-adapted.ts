import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readTensorFile } from '@forge-ml/core/node';
import { ForgeError, type TensorData } from '@forge-ml/core/plugin';
import { type Model, readModel } from '@forge-ml/onnx';
import { isUnpacked, type ParameterValue, parameter, rebuild, type Value } from '@forge-ml/onnx/graph';
import type { AdaptersDescription } from '../finetune/lora/lora.js';
import type { ExportedGraph } from '../model/exported-graph.js';
import { adaptedExportName, adaptedName, baseDescription, withoutBase } from '../model/inference-model.js';
import { readBase } from './find-base.js';

export const parametersName = 'parameters.safetensors';

/** The inference graph of a checkpoint of adapters, with all its weights. */
export interface AdaptedModel extends ExportedGraph {
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly adapters: readonly AdaptersDescription[];
}

/** Whether a checkpoint has adapters, and not the whole model. */
export async function isAdapted(checkpointFolder: string): Promise<boolean> {
  return access(join(checkpointFolder, adaptedName)).then(
    () => true,
    () => false,
  );
}

/** What a checkpoint says of its adapters, and what was trained, without the base. */
export async function readAdapters(checkpointFolder: string, name = adaptedName) {
  const [graph, state] = await Promise.all([
    readModel(join(checkpointFolder, name)),
    readTensorFile(join(checkpointFolder, parametersName)),
  ]);
  const base = baseDescription(graph.metadata);
  const adapters = base.files.map((file) => JSON.parse(file.adapters) as AdaptersDescription);
  return { graph, state, base, adapters };
}

/** Whether a checkpoint of adapters exports another graph than it predicts with. */
export async function hasOwnExport(checkpointFolder: string): Promise<boolean> {
  return access(join(checkpointFolder, adaptedExportName)).then(
    () => true,
    () => false,
  );
}

/** What a checkpoint of adapters exports. @throws ForgeError ABILITY_MISSING where the base is not found */
export async function readAdaptedExport(checkpointFolder: string, runFolder: string): Promise<AdaptedModel> {
  const isThere = await hasOwnExport(checkpointFolder);
  return readAdapted(checkpointFolder, runFolder, isThere ? adaptedExportName : adaptedName);
}

/** @throws ForgeError ABILITY_MISSING where the base is not found */
export async function readAdapted(
  checkpointFolder: string,
  runFolder: string,
  file = adaptedName,
): Promise<AdaptedModel> {
  const { graph, state, base, adapters } = await readAdapters(checkpointFolder, file);
  const models: Model[] = [];
  for (const file of base.files) models.push(await readBase(file, state.get(file.hash)!.bytes, runFolder));
  const inBase = new Set(base.weights);
  const changes = new Map<Value, ParameterValue>();
  for (const value of graph.inputs) {
    const data = inBase.has(value.name) ? weightIn(models, value.name) : state.get(value.name);
    if (data !== undefined) changes.set(value, parameter(value.name, data));
  }
  const parameters = new Map([...changes.values()].map((value) => [value.name, value]));
  const { name, documentation, metadata } = graph;
  return {
    ...rebuild(graph, changes),
    parameters,
    adapters,
    name,
    documentation,
    metadata: withoutBase(metadata),
  };
}

/** A weight of the base: a parameter, a copy of one for each batch norm that reads it, or a quantized constant. */
function weightIn(models: readonly Model[], name: string): TensorData {
  for (const { values } of models) {
    let value: Value | null | undefined = values.get(name);
    while (value?.kind === 'node' && value.node.op === 'Identity') value = value.node.inputs[0];
    if (value?.kind === 'parameter') return value.initial;
    if (value?.kind === 'constant' && isUnpacked(value.data)) return value.data;
  }
  throw new ForgeError('MODEL_INVALID', `The base model has no weight named ${name}.`, { about: name });
}
