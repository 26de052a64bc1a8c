import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTensorFile } from '@forge-ml/core/node';
import type { ExportRequest } from '@forge-ml/core/plugin';
import { type ModelOptions, toModel } from '@forge-ml/onnx';
import { type Graph, walkGraph } from '@forge-ml/onnx/graph';
import { encode, type ModelProto, modelProto, toValueInfo } from '@forge-ml/onnx/proto';
import { adapterShapes } from '../finetune/lora/adapter-weights.js';
import type { AdaptersDescription } from '../finetune/lora/lora.js';
import { namesInFile } from '../model/exported-graph.js';
import { modelName, predictName } from '../model/inference-model.js';
import { packageVersion } from '../session/engines.js';
import { mergeAdapters } from './merge-adapters.js';
import { type AdaptedModel, hasOwnExport, parametersName, readAdapted, readAdaptedExport } from './read-adapted.js';
import { Rounding } from './rounding.js';
import { tensorPlaces } from './tensor-places.js';

type Request = Pick<ExportRequest, 'checkpointFolder' | 'runFolder' | 'merge' | 'out' | 'opset' | 'onNote'>;

/** One file: the base with its adapters, which are merged into its weights by default. */
export async function adaptedBytes(request: Request): Promise<Uint8Array> {
  const { model, graph } = await exportedGraph(request);
  return encode(modelProto, toModel(graph, { ...namingOf(model, graph), ...opsetOf(request) }));
}

/** One file with the base and its adapters, whose weights are inputs that have a value. */
export async function unmergedModel(request: Request): Promise<Uint8Array> {
  const { model, graph } = await exportedGraph({ ...request, merge: false });
  const proto = toModel(graph, { ...namingOf(model, graph), ...opsetOf(request) });
  return encode(modelProto, withInputs(proto, model, model.adapters));
}

/** A folder, with the weights in a file of their own; and with what `predict` computes, where that is another graph. */
export async function exportAdaptedFolder(request: Request): Promise<void> {
  const { out, merge = true } = request;
  const { model, graph } = await exportedGraph(request);
  const prediction = await predictionGraph(request);
  await mkdir(out);
  const weights = join(out, parametersName);
  const parameters = [graph, ...(prediction === undefined ? [] : [prediction])].flatMap((one) => {
    return walkGraph(one).parameters.map(({ name, initial }) => [name, initial] as const);
  });
  await writeTensorFile(weights, new Map(parameters));
  const externalData = { location: parametersName, offsets: await tensorPlaces(weights) };
  const proto = toModel(graph, { ...namingOf(model, graph), ...opsetOf(request), externalData });
  const complete = merge ? proto : withInputs(proto, model, model.adapters);
  await writeFile(join(out, modelName), encode(modelProto, complete));
  if (prediction === undefined) return;
  const own = toModel(prediction, { name: 'predict', producer: producer(), ...opsetOf(request), externalData });
  await writeFile(join(out, predictName), encode(modelProto, own));
}

/** Notes what merging changes of quantized weights. */
async function exportedGraph({ checkpointFolder, runFolder, merge = true, onNote }: Request) {
  const model = await readAdaptedExport(checkpointFolder, runFolder);
  if (!merge) return { model, graph: model };
  const rounding = onNote && new Rounding();
  const graph = mergeAdapters(model, rounding);
  if (rounding?.note !== undefined) onNote?.(rounding.note);
  return { model, graph };
}

/** What `predict` computes; undefined where that is what is exported. */
async function predictionGraph({ checkpointFolder, runFolder, merge = true }: Request): Promise<Graph | undefined> {
  if (!(await hasOwnExport(checkpointFolder))) return undefined;
  const model = await readAdapted(checkpointFolder, runFolder);
  return merge ? mergeAdapters(model) : model;
}

function opsetOf({ opset }: Request): Pick<ModelOptions, 'opset'> {
  return opset === undefined ? {} : { opset };
}

function producer(): { readonly name: string; readonly version: string } {
  return { name: 'forge', version: packageVersion() };
}

/**
 * With the weights of adapters as inputs that have a value: another adapter can be given at run time, by their names or
 * as an .onnx_adapter file.
 */
function withInputs(proto: ModelProto, graph: Graph, adapters: readonly AdaptersDescription[]): ModelProto {
  const names = new Set(
    adapters.flatMap(({ rank, adapters: own }) => {
      return own.flatMap((adapter) => Object.values(adapterShapes(adapter, rank)).map(({ name }) => name));
    }),
  );
  const infos = walkGraph(graph).parameters.flatMap((value) => {
    return names.has(value.name) ? [toValueInfo(value.name, value)] : [];
  });
  return { ...proto, graph: { ...proto.graph!, input: [...proto.graph!.input, ...infos] } };
}

function namingOf({ name = 'predict', metadata, documentation }: AdaptedModel, graph: Graph): ModelOptions {
  return {
    name,
    producer: producer(),
    names: namesInFile(graph),
    ...(metadata === undefined ? {} : { metadata }),
    ...(documentation === undefined ? {} : { documentation }),
  };
}
