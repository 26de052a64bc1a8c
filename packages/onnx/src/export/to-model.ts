import { OnnxError } from '../errors/onnx-error.js';
import { known } from '../errors/options.js';
import { describeNode } from '../graph/infer/draft.js';
import type { Documentation } from '../graph/ir/documentation.js';
import type { Graph, ParameterValue, Value } from '../graph/ir/graph.js';
import { encode, modelProto, operatorSetIdProto, stringStringEntryProto } from '../proto/codecs.js';
import type { ModelProto, TensorProto } from '../proto/messages.js';
import { describeTensor, heldBytes, type NamedTensors } from '../tensor/tensor.js';
import { GraphWriter } from './graph-writer.js';
import { Names } from './names.js';
import { newestWritten, oldestWritten } from './older-opset.js';
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
  /** Parameters stay in another file next to the model: its name, and the position of each; others are stored inside. */
  readonly externalData?: { readonly location: string; readonly offsets: ReadonlyMap<string, Place> };
  /** Names for intermediate values. */
  readonly names?: ReadonlyMap<Value, string>;
  readonly name?: string;
  readonly producer?: { readonly name: string; readonly version: string };
  readonly metadata?: ReadonlyMap<string, string>;
  readonly documentation?: Documentation;
  /**
   * The version of ONNX's operators to write, from 13 to 25. Default: 21, or a newer one where an operator needs it.
   */
  readonly opset?: number;
}

const optionNames = [
  'parametersAs',
  'parameters',
  'externalData',
  'names',
  'name',
  'producer',
  'metadata',
  'documentation',
  'opset',
] as const satisfies readonly (keyof ModelOptions)[];

/**
 * The graph as an ONNX model file. Inputs, outputs and parameters keep their names; other values are `Conv_1`,
 * `Conv_2` … and a duplicate name gets a number.
 * @throws OnnxError MODEL_INVALID for names that clash, inconsistent tensors, an operator that has no form of the opset,
 * or more than 2 GB inside the file.
 */
export function modelBytes(graph: Graph, options: ModelOptions = {}): Uint8Array {
  return encode(modelProto, toModel(graph, options));
}

/** As `modelBytes`, but not encoded. */
export function toModel(graph: Graph, options: ModelOptions = {}): ModelProto {
  known('a model to write', options, optionNames);
  const placement = placeNodes(graph);
  const asInputs = options.parametersAs === 'inputs';
  const imports = opsets(placement, options.opset);
  const opset = Number(imports[0]![1]);
  const naming = { names: new Names(), nodeNames: new Names(), given: giveNames(placement), opset };
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
  const { docString = '', domain = '', version } = options.documentation ?? {};
  return modelProto.of({
    irVersion: irVersionOf(opset),
    docString,
    domain,
    modelVersion: version,
    producerName: producer.name,
    producerVersion: producer.version,
    opsetImport: imports.map(([domain, version]) => operatorSetIdProto.of({ domain, version })),
    metadataProps: [...metadata].map(([key, value]) => stringStringEntryProto.of({ key, value })),
    graph: new GraphWriter(placement, naming).main(options.name ?? 'graph', inputs, parameters, options.documentation),
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
  return place ? toExternalTensor(name, tensor, location, place) : toTensor(name, tensor);
}

function opsets(placement: Placement, wanted: number | undefined): readonly (readonly [string, bigint])[] {
  if (wanted !== undefined) checkOpset(wanted);
  const versions = new Map([['', wanted ?? writtenOpset]]);
  for (const nodes of placement.nodes.values()) {
    for (const node of nodes) {
      const { domain } = node;
      // What an older opset does not have is found when the node is written.
      const own = wanted !== undefined && node.opset === undefined ? 1 : opsetFor(node);
      const needed = domain === '' ? own : (node.opset ?? 1);
      versions.set(domain, Math.max(versions.get(domain) ?? 1, needed));
    }
  }
  const written = versions.get('')!;
  if (wanted !== undefined && written > wanted) throw needsNewer(placement, wanted);
  for (const nodes of placement.nodes.values()) for (const node of nodes) checkForm(node, written);
  return Array.from(versions, ([domain, version]) => [domain, BigInt(version)] as const);
}

function checkOpset(opset: number): void {
  if (Number.isInteger(opset) && opset >= oldestWritten && opset <= newestWritten) return;
  throw new OnnxError('MODEL_INVALID', `Models are not written in opset ${opset}.`, {
    about: 'opset',
    hint: `Choose one from ${oldestWritten} to ${newestWritten}.`,
  });
}

/** For a node that is kept in the form of a newer opset. */
function needsNewer(placement: Placement, opset: number): OnnxError {
  const nodes = [...placement.nodes.values()].flat();
  const node = nodes.find((one) => one.domain === '' && one.opset !== undefined && opsetFor(one) > opset)!;
  const message = `${describeNode(node.op, node.origin)} is in the form of opset ${opsetFor(node)}, not ${opset}.`;
  return new OnnxError('MODEL_INVALID', message, {
    about: node.origin ?? node.op,
    hint: `Write the model in opset ${opsetFor(node)}, or newer.`,
  });
}

function checkSize(placement: Placement, parameters: readonly TensorProto[]): void {
  let total = parameters.reduce((sum, { rawData }) => sum + (rawData?.length ?? 0), 0);
  for (const constants of placement.constants.values()) for (const { data } of constants) total += heldBytes(data);
  if (total <= mostBytes) return;
  throw new OnnxError(
    'MODEL_INVALID',
    `The model's tensors are ${total} bytes, more than the 2 GB an .onnx file holds.`,
    {
      hint: 'Keep its parameters in another file (externalData).',
    },
  );
}
