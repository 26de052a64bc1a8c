import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readTensorFile } from '@forge-ml/core/node';
import { ForgeError, type TensorData } from '@forge-ml/core/plugin';
import { type Model, readModel } from '@forge-ml/onnx';
import {
  type ConstantValue,
  isUnpacked,
  type ParameterValue,
  parameter,
  rebuild,
  type Value,
  walkGraph,
} from '@forge-ml/onnx/graph';
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
  const constants = constantsOf(graph, base.constants, models);
  const { name, documentation, metadata } = graph;
  const whole = rebuild(graph, { substitute: (value) => changes.get(value) ?? constants.get(value) });
  return {
    ...whole,
    inputs: whole.inputs.filter((value) => !base.constants.includes(value.name)),
    parameters,
    adapters,
    name,
    documentation,
    metadata: withoutBase(metadata),
  };
}

/** The constants of the base by what is in their place: an input, or for those of 4 bits a Cast of one. */
function constantsOf(
  graph: Model,
  names: readonly string[],
  models: readonly Model[],
): ReadonlyMap<Value, ConstantValue> {
  const found = new Map<Value, ConstantValue>();
  const wanted = new Set(names);
  const { nodes } = walkGraph(graph);
  for (const value of graph.inputs) {
    if (!wanted.has(value.name)) continue;
    const constant = constantIn(models, value.name);
    const packed = nodes.find(({ op, inputs }) => op === 'Cast' && inputs[0] === value)?.outputs[0];
    found.set(isUnpacked(constant.data) ? value : (packed ?? value), constant);
  }
  return found;
}

function constantIn(models: readonly Model[], name: string): ConstantValue {
  for (const { values } of models) {
    const value = values.get(name);
    if (value?.kind === 'constant') return value;
  }
  throw new ForgeError('MODEL_INVALID', `The base model has no constant named ${name}.`, { about: name });
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
