import { ForgeError } from '@forge-ml/core/plugin';
import { inFile, isOnnxError, type Model, readModel } from '@forge-ml/onnx';
import { isTyped } from '@forge-ml/onnx/graph';
import { type ModelProto, nameOfDataType, openModelFile, type ValueInfoProto } from '@forge-ml/onnx/proto';
import { Blocks, sumBlocks } from './blocks.js';
import { findCuts, lastLayers } from './cuts.js';
import { type FileTensor, flattened } from './flat-nodes.js';
import { linearLayers } from './layers.js';
import { loraTargets } from './lora-targets.js';
import { countOperators } from './operators.js';
import { listParameters } from './parameters.js';
import { guessedRole, rolesOf } from './roles.js';
import type { ShownModel, ShownValue } from './shown-model.js';
import { sizeOfTensor } from './tensor-size.js';

/**
 * Describes an .onnx file, also one that cannot be read as a graph or trained. Weights in other files are not read.
 * @throws ForgeError, OnnxError FILE_SYSTEM; MODEL_INVALID for a file that is no ONNX model
 */
export async function showFile(file: string): Promise<ShownModel> {
  const { model, problem } = await readAsGraph(file);
  const { model: proto, size: bytes } = await inFile(file, () => openModelFile(file));
  const { graph } = proto;
  if (graph === undefined) {
    const message = `${file}: This is not an ONNX model: it holds no graph.`;
    throw new ForgeError('MODEL_INVALID', message, { about: file, hint: 'Export it again.' });
  }
  const flat = flattened(proto);
  const blocks = new Blocks(flat);
  const roles = model && rolesOf(model);
  const parameters = listParameters(flat, blocks, (name, numbers) => roles?.(name) ?? guessedRole(numbers));
  const layers = linearLayers(flat, parameters);
  const outputs = graph.output.map(shownValue);
  const last = lastLayers(
    flat,
    layers,
    outputs.map(({ name }) => name),
  );
  const initialized = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !initialized.has(name)).map(shownValue);
  const declared = new Map(
    [...graph.valueInfo, ...graph.output, ...graph.input].map((info) => [info.name, shownValue(info)]),
  );
  const typeOf = (name: string): Omit<ShownValue, 'name'> => {
    const value = model?.values.get(name);
    if (value !== undefined && isTyped(value)) return { dtype: value.dtype, shape: value.shape.map(shownSize) };
    const { dtype = null, shape = null } = declared.get(name) ?? {};
    return { dtype, shape };
  };
  return {
    ...{ file, bytes, ...originOf(proto), externalData: externalData(flat.tensors) },
    ...{ inputs, outputs, openAxes: openAxes(inputs), operators: countOperators(flat.nodes) },
    ...{ parameters, blocks: sumBlocks(parameters), cuts: findCuts(flat, blocks, last, typeOf) },
    ...{ lora: loraTargets(layers, parameters, last.weights), problem },
  };
}

/** The graph with inferred types, if the file can be read so far. */
async function readAsGraph(file: string): Promise<{ model?: Model; problem: ShownModel['problem'] }> {
  try {
    return { model: await readModel(file, { lazy: true }), problem: null };
  } catch (error) {
    if (!isOnnxError(error)) throw error;
    const message = error.message.replace(`${file}: `, '');
    return { problem: { message, hint: error.hint ?? null } };
  }
}

function originOf({ irVersion, opsetImport, producerName, producerVersion, metadataProps }: ModelProto) {
  const producer = [producerName, producerVersion].filter((part) => part !== '').join(' ');
  return {
    irVersion: irVersion === undefined ? null : Number(irVersion),
    opsets: Object.fromEntries(opsetImport.map(({ domain, version }) => [domain || 'ai.onnx', Number(version ?? 0n)])),
    producer: producer === '' ? null : producer,
    metadata: Object.fromEntries(metadataProps.map(({ key, value }) => [key, value])),
  };
}

function externalData(tensors: readonly FileTensor[]): ShownModel['externalData'] {
  const files = new Map<string, number>();
  for (const { tensor } of tensors) {
    if (tensor.dataLocation !== 1) continue;
    const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
    const file = entries.get('location') ?? '';
    files.set(file, (files.get(file) ?? 0) + sizeOfTensor(tensor).bytes);
  }
  return Array.from(files, ([file, bytes]) => ({ file, bytes }));
}

function shownValue({ name, type }: ValueInfoProto): ShownValue {
  const tensor = type?.tensorType;
  if (tensor === undefined) return { name, dtype: null, shape: null };
  const shape = tensor.shape?.dim.map(({ dimValue, dimParam }) => {
    return dimValue !== undefined && dimValue >= 0n ? Number(dimValue) : dimParam === '' ? null : dimParam;
  });
  return { name, dtype: tensor.elemType === 0 ? null : nameOfDataType(tensor.elemType), shape: shape ?? null };
}

/** Sizes that the file leaves open without a name have a generated one, with a question mark. */
function shownSize(size: number | string): number | string | null {
  return typeof size === 'string' && size.includes('?') ? null : size;
}

function openAxes(inputs: readonly ShownValue[]): ShownModel['openAxes'] {
  const axes = new Map<string, string[]>();
  for (const { name, shape } of inputs) {
    for (const [axis, size] of (shape ?? []).entries()) {
      if (typeof size === 'number') continue;
      const place = `${name}[${axis}]`;
      const known = axes.get(size ?? place);
      if (known === undefined) axes.set(size ?? place, [place]);
      else known.push(place);
    }
  }
  return Array.from(axes, ([name, of]) => ({ name, of }));
}
