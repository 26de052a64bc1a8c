import { OnnxError } from '../errors/onnx-error.js';
import { known } from '../errors/options.js';
import type { Graph, ParameterValue, Value } from '../graph/ir/graph.js';
import { encode, modelProto, operatorSetIdProto, stringStringEntryProto } from '../proto/codecs.js';
import type { ModelProto, TensorProto } from '../proto/messages.js';
import { describeTensor, type NamedTensors } from '../tensor/tensor.js';
import { GraphWriter } from './graph-writer.js';
import { Names } from './names.js';
import { checkForm, irVersionOf, opsetFor } from './opset-of-node.js';
import { type Placement, placeNodes } from './placement.js';
import { type Place, toExternalTensor, toTensor } from './to-tensor.js';
import { toValueInfoOf } from './to-value-info.js';

/** The version of ONNX's operators that graphs are written in, where no operator needs a newer one. */
export const writtenOpset = 21;
/** protobuf's limit on a message, less 1 MiB for everything but the tensors. */
const mostBytes = 2 ** 31 - 2 ** 20;

export interface ModelOptions {
  /**
   * Whether parameters are stored in the file (or in `externalData`), or become model inputs before the graph's own.
   */
  readonly parametersAs?: 'initializers' | 'inputs';
  /** The parameters' values by name. Default: their initial values. */
  readonly parameters?: NamedTensors;
  /** Parameters stay in another file next to the model: its name, and the position of each. */
  readonly externalData?: { readonly location: string; readonly offsets: ReadonlyMap<string, Place> };
  /** Names for intermediate values. */
  readonly names?: ReadonlyMap<Value, string>;
  readonly name?: string;
  readonly producer?: { readonly name: string; readonly version: string };
  readonly metadata?: ReadonlyMap<string, string>;
}

const optionNames = [
  'parametersAs',
  'parameters',
  'externalData',
  'names',
  'name',
  'producer',
  'metadata',
] as const satisfies readonly (keyof ModelOptions)[];

/**
 * The graph as an ONNX model file. Inputs, outputs and parameters keep their names; other values are `Conv_1`,
 * `Conv_2` … and a duplicate name gets a number.
 * @throws OnnxError MODEL_INVALID for names that clash, inconsistent tensors, or more than 2 GB inside
 * the file.
 */
export function modelBytes(graph: Graph, options: ModelOptions = {}): Uint8Array {
  return encode(modelProto, toModel(graph, options));
}

/** As `modelBytes`, but not encoded. */
export function toModel(graph: Graph, options: ModelOptions = {}): ModelProto {
  known('a model to write', options, optionNames);
  const placement = placeNodes(graph);
  const asInputs = options.parametersAs === 'inputs';
  const naming = { names: new Names(), nodeNames: new Names(), given: giveNames(placement) };
  const { given, names } = naming;
  for (const input of graph.inputs) names.reserve(input.name, 'input');
  for (const parameter of placement.parameters) names.reserve(parameter.name, 'parameter');
  for (const [key, value] of graph.outputs) {
    if (given.get(value) === key && value.kind !== 'node') continue;
    names.reserve(key, 'output');
    if (value.kind === 'node' && !given.has(value)) given.set(value, key);
  }
  for (const [value, name] of options.names ?? []) if (!given.has(value)) given.set(value, names.like(name));
  const inputs = [...(asInputs ? placement.parameters : []), ...graph.inputs].map((value) =>
    toValueInfoOf(value.name, value),
  );
  const parameters = asInputs ? [] : placement.parameters.map((parameter) => toInitializer(parameter, options));
  checkSize(placement, parameters);
  const { producer = { name: '@forge-ml/onnx', version: '' }, metadata = new Map<string, string>() } = options;
  const imports = opsets(placement);
  return modelProto.of({
    irVersion: irVersionOf(Number(imports[0]![1])),
    producerName: producer.name,
    producerVersion: producer.version,
    opsetImport: imports.map(([domain, version]) => operatorSetIdProto.of({ domain, version })),
    metadataProps: [...metadata].map(([key, value]) => stringStringEntryProto.of({ key, value })),
    graph: new GraphWriter(placement, naming).main(options.name ?? 'graph', inputs, parameters),
  });
}

function giveNames(placement: Placement): Map<Value, string> {
  const named = [...placement.main.graph.inputs, ...placement.parameters];
  return new Map(named.map((value) => [value, value.name]));
}

function toInitializer(parameter: ParameterValue, options: ModelOptions): TensorProto {
  const { name } = parameter;
  const tensor = options.parameters?.get(name) ?? (options.parameters ? undefined : parameter.initial);
  const expected = describeTensor(parameter.initial);
  if (!tensor || describeTensor(tensor) !== expected) {
    const problem = tensor ? `is ${expected} in the graph, but ${describeTensor(tensor)} was given` : 'was not given';
    throw new OnnxError('MODEL_INVALID', `The parameter "${name}" ${problem}.`, { about: name });
  }
  if (!options.externalData) return toTensor(name, tensor);
  const { location, offsets } = options.externalData;
  const place = offsets.get(name);
  if (place) return toExternalTensor(name, tensor, location, place);
  throw new OnnxError('MODEL_INVALID', `The parameter "${name}" is not in ${location}.`, { about: name });
}

function opsets(placement: Placement): readonly (readonly [string, bigint])[] {
  const versions = new Map([['', writtenOpset]]);
  for (const nodes of placement.nodes.values()) {
    for (const node of nodes) {
      const { domain } = node;
      const needed = domain === '' ? opsetFor(node) : (node.opset ?? 1);
      versions.set(domain, Math.max(versions.get(domain) ?? 1, needed));
    }
  }
  for (const nodes of placement.nodes.values()) for (const node of nodes) checkForm(node, versions.get('')!);
  return Array.from(versions, ([domain, version]) => [domain, BigInt(version)] as const);
}

function checkSize(placement: Placement, parameters: readonly TensorProto[]): void {
  let total = parameters.reduce((sum, { rawData }) => sum + (rawData?.length ?? 0), 0);
  for (const constants of placement.constants.values()) for (const { data } of constants) total += data.bytes.length;
  if (total <= mostBytes) return;
  throw new OnnxError(
    'MODEL_INVALID',
    `The model's tensors are ${total} bytes, more than the 2 GB an .onnx file holds.`,
    {
      hint: 'Keep its parameters in another file (externalData).',
    },
  );
}
