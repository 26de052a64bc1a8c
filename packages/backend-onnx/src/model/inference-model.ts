import { join } from 'node:path';
import { ForgeError, type ParametersFile } from '@forge-ml/core/plugin';
import { modelBytes } from '@forge-ml/onnx';
import { type Graph, type InputValue, input, isUnpacked, rebuild, type Value, walkGraph } from '@forge-ml/onnx/graph';
import { cast } from '@forge-ml/onnx/ops';
import type { Base, BaseFile } from '../layers/base.js';
import { type ExportedGraph, namesInFile } from './exported-graph.js';

/** The inference graph in a checkpoint. */
export const modelName = 'model.onnx';

/**
 * In an exported folder: what `predict` computes, where `modelName` has the interface of the file that the model is from.
 * They share their weights.
 */
export const predictName = 'predict.onnx';

/** Where models of Hugging Face's libraries are in their folder. */
export const transformersName = join('onnx', 'model.onnx');

/** What `forge export` writes, where it is not the inference graph: a graph as that of the file that a model is from. */
export const exportName = 'export.onnx';

/**
 * An ONNX model of what `predict` computes. Its weights are ONNX external data in the checkpoint's own parameters file,
 * so nothing is stored twice, and any ONNX runtime loads the model in place.
 * @param version of this package, for the file
 * @throws ForgeError MODEL_INVALID where names in the graph clash.
 */
export function inferenceModel(
  prediction: Graph,
  { name: location, places: offsets }: ParametersFile,
  version: string,
): Uint8Array {
  return modelBytes(prediction, {
    name: 'predict',
    producer: { name: 'forge', version },
    externalData: { location, offsets },
  });
}

/** In a checkpoint of adapters: the inference graph, with its weights as inputs. */
export const adaptedName = 'adapted.onnx';
/** As `adaptedName`, for what is exported in its place. */
export const adaptedExportName = 'adapted-export.onnx';
/** The entry of its metadata that describes the base. */
const baseEntry = 'forge.base';

/** What a checkpoint of adapters says about their base. */
export interface BaseDescription {
  /** Names of the weights that are in the files. */
  readonly weights: readonly string[];
  /** Names of their constants. Those of 4 bits are inputs of 8 bits before a Cast: ONNX has no such inputs. */
  readonly constants: readonly string[];
  /** `hash`: the name of the state that has the hash; see BaseFile. */
  readonly files: readonly (Pick<BaseFile, 'sha256' | 'path' | 'adapters'> & { readonly hash: string })[];
}

/**
 * What `predict` computes with adapters. The weights are inputs: those of the base are in its file, which the run has
 * once, and those that were trained are in the checkpoint's parameters file.
 */
export function adaptedModel(prediction: Graph | ExportedGraph, { values, files }: Base, version: string): Uint8Array {
  const { graph, constants } = withoutConstants(prediction, files);
  const description: BaseDescription = {
    weights: values.map(({ name }) => name),
    constants,
    files: files.map(({ sha256, path, adapters, hash }) => ({ sha256, path, adapters, hash: hash.name })),
  };
  const { name = 'predict', metadata, documentation }: Partial<ExportedGraph> = prediction;
  return modelBytes(graph, {
    name,
    producer: { name: 'forge', version },
    parametersAs: 'inputs',
    names: namesInFile(graph),
    metadata: new Map([...(metadata ?? []), [baseEntry, JSON.stringify(description)]]),
    ...(documentation === undefined ? {} : { documentation }),
  });
}

/** The graph with inputs in place of the large constants of its files. */
function withoutConstants(prediction: Graph, files: readonly BaseFile[]) {
  const inputs: InputValue[] = [];
  const substitutes = new Map<Value, Value>();
  const { constants } = walkGraph(prediction);
  for (const value of constants) {
    const name = files.map((file) => file.constants.get(value)).find((known) => known !== undefined);
    if (name === undefined) continue;
    const { dtype, shape } = value;
    const isOfBytes = isUnpacked(value.data);
    const read = input(name, isOfBytes ? dtype : 'int8', shape);
    inputs.push(read);
    substitutes.set(value, isOfBytes ? read : cast(read, dtype));
  }
  const graph = rebuild(prediction, { substitute: (value) => substitutes.get(value), sameTypes: true });
  return {
    graph: { ...graph, inputs: [...graph.inputs, ...inputs] },
    constants: inputs.map(({ name }) => name),
  };
}

/** The metadata of the file that a model is from. */
export function withoutBase(metadata: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...metadata].filter(([key]) => key !== baseEntry));
}

/** @param metadata of a model that `adaptedModel` made */
export function baseDescription(metadata: ReadonlyMap<string, string>): BaseDescription {
  const none: BaseDescription = { weights: [], constants: [], files: [] };
  return { ...none, ...(JSON.parse(metadata.get(baseEntry) ?? '{}') as Partial<BaseDescription>) };
}

/** As `inferenceModel`, for what is exported in its place. */
export function exportedModel(
  exported: ExportedGraph,
  { name: location, places: offsets }: ParametersFile,
  version: string,
): Uint8Array {
  const { name = 'predict', metadata, documentation } = exported;
  return modelBytes(exported, {
    name,
    producer: { name: 'forge', version },
    externalData: { location, offsets },
    names: namesInFile(exported),
    ...(metadata === undefined ? {} : { metadata }),
    ...(documentation === undefined ? {} : { documentation }),
  });
}

/**
 * @param files those of its base, whose large constants are not read for this
 * @throws ForgeError MODEL_INVALID where the graph cannot be written, for example because names clash
 */
export function checkInferenceModel(prediction: Graph, files: readonly BaseFile[]): void {
  modelBytes(withoutConstants(prediction, files).graph, { parametersAs: 'inputs' });
}

export function noModel(folder: string): ForgeError {
  return new ForgeError('ABILITY_MISSING', `The checkpoint ${folder} has no ${modelName}.`, {
    about: modelName,
    hint: 'Only models with a predict, trained by the backend onnx, have one. Export the parameters alone: --format safetensors.',
  });
}
