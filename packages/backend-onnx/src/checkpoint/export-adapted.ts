import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTensorFile } from '@forge-ml/core/node';
import type { ExportRequest } from '@forge-ml/core/plugin';
import { type ModelOptions, toModel } from '@forge-ml/onnx';
import { type Graph, walkGraph } from '@forge-ml/onnx/graph';
import { encode, type ModelProto, modelProto, toValueInfo } from '@forge-ml/onnx/proto';
import { adapterShapes } from '../finetune/lora/adapter-weights.js';
import type { AdaptersDescription } from '../finetune/lora/lora.js';
import { namesInFile } from '../model/exported-graph.js';
import { modelName } from '../model/inference-model.js';
import { packageVersion } from '../session/engines.js';
import { mergeAdapters } from './merge-adapters.js';
import { type AdaptedModel, parametersName, readAdaptedExport } from './read-adapted.js';

type Request = Pick<ExportRequest, 'checkpointFolder' | 'runFolder' | 'merge' | 'out' | 'opset'>;

/** One file: the base with its adapters merged, or beside it. */
export async function exportAdapted(request: Request): Promise<void> {
  const { graph, complete, naming } = await graphFor(request);
  const opset = request.opset === undefined ? {} : { opset: request.opset };
  await writeFile(request.out, encode(modelProto, complete(toModel(graph, { ...naming, ...opset }))), { flag: 'wx' });
}

/** A folder, with the weights in a file of their own. */
export async function exportAdaptedFolder(request: Request): Promise<void> {
  const { graph, complete, naming } = await graphFor(request);
  await mkdir(request.out);
  const weights = join(request.out, parametersName);
  await writeTensorFile(weights, new Map(walkGraph(graph).parameters.map(({ name, initial }) => [name, initial])));
  const externalData = { location: parametersName, offsets: await placesIn(weights) };
  const model = complete(toModel(graph, { ...naming, externalData }));
  await writeFile(join(request.out, modelName), encode(modelProto, model));
}

async function graphFor({ checkpointFolder, runFolder, merge = true }: Request) {
  const model = await readAdaptedExport(checkpointFolder, runFolder);
  const graph: Graph = merge ? mergeAdapters(model) : model;
  const complete = (proto: ModelProto) => (merge ? proto : withInputs(proto, model, model.adapters));
  return { graph, complete, naming: namingOf(model, graph) };
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
    producer: { name: 'forge', version: packageVersion() },
    names: namesInFile(graph),
    ...(metadata === undefined ? {} : { metadata }),
    ...(documentation === undefined ? {} : { documentation }),
  };
}

/** Where the tensors of a safetensors file are. */
async function placesIn(path: string) {
  const file = await open(path);
  try {
    const start = Buffer.alloc(8);
    await file.read(start, 0, 8, 0);
    const length = Number(start.readBigUInt64LE());
    const header = Buffer.alloc(length);
    await file.read(header, 0, length, 8);
    const entries = JSON.parse(header.toString()) as Record<string, { readonly data_offsets?: [number, number] }>;
    return new Map(
      Object.entries(entries).flatMap(([name, { data_offsets: ends }]) => {
        return ends === undefined ? [] : [[name, { offset: 8 + length + ends[0], length: ends[1] - ends[0] }] as const];
      }),
    );
  } finally {
    await file.close();
  }
}
