import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { inFile, invalidModel, OnnxError } from '../errors/onnx-error.js';
import { known } from '../errors/options.js';
import { findExternalData } from '../import/external-data.js';
import { type ExternalBytes, fromTensor, layoutOf } from '../import/from-tensor.js';
import { openModelFile } from '../import/model-file.js';
import { operatorSetIdProto } from '../proto/codecs.js';
import type { GraphProto, ModelProto, TensorProto } from '../proto/messages.js';
import { fromHalf } from '../tensor/half.js';
import { elements } from '../tensor/tensor.js';
import { matchesAny, requireMatches } from './name-patterns.js';
import { isHalf, type Quantizable } from './quantizable.js';
import { quantizedGraph } from './quantize-graph.js';
import { quantizeMatrix } from './quantize-matrix.js';
import { nodesOf, type QuantizedWeight, tensorsOf, type WeightFormat } from './weight-formats.js';
import { sizeOfFiles, writeModelFile } from './write-file.js';

export interface QuantizeOptions {
  /** Default: 4. */
  readonly bits?: 4 | 8;
  /** How many numbers of a column share a scale: 16, 32 (default), 64, 128 or 256; 0 for whole columns (qdq only). */
  readonly block?: number;
  /** Without zero points: a little smaller and faster, and less exact. Default: false. */
  readonly symmetric?: boolean;
  /**
   * `nbits` (default): MatMulNBits of ONNX Runtime, its fastest. `qdq`: ONNX's DequantizeLinear before each product;
   * blocks, and 4 bits, need a file of opset 21.
   */
  readonly format?: WeightFormat;
  /** Names of weights or nodes, `*` for any text; only these are quantized. */
  readonly include?: readonly string[];
  /** Names of weights or nodes, `*` for any text, that are not quantized. */
  readonly exclude?: readonly string[];
}

/** A weight that was quantized. */
export interface QuantizedWeightReport {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** ‖quantized - weight‖ / ‖weight‖ */
  readonly error: number;
}

export interface QuantizeReport {
  readonly weights: readonly QuantizedWeightReport[];
  /** Weights of MatMul and Gemm nodes that stay as they are, as the patterns have it or because they would not shrink. */
  readonly kept: readonly string[];
  /** The sizes of the files, external data included. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** The files written. */
  readonly files: readonly string[];
}

const optionNames = [
  ...['bits', 'block', 'symmetric', 'format', 'include', 'exclude'],
] as readonly string[] as readonly (keyof QuantizeOptions)[];

/** protobuf's limit on a message, less 1 MiB for everything but the tensors. */
const mostBytes = 2 ** 31 - 2 ** 20;

/**
 * Writes a copy of a model file whose weights of MatMul and Gemm nodes are quantized in blocks, to 4 or 8 bits: the same
 * numbers as ONNX Runtime's MatMulNBitsQuantizer. Everything else stays as it is in the file. Large files, and files
 * with external data, get a second file `OUT.data`.
 * @throws OnnxError MODEL_INVALID, FILE_SYSTEM; OPTION_UNKNOWN for options that do not fit
 */
export async function quantizeWeights(
  source: string,
  out: string,
  options: QuantizeOptions = {},
): Promise<QuantizeReport> {
  const settings = checked(known('quantizeWeights', options, optionNames));
  await refuseSameFile(source, out);
  const read = [source];
  return inFile(source, async () => {
    const { model, unread } = await openModelFile(source);
    if (!model.graph) throw invalidModel('This is not an ONNX model: it holds no graph.');
    const inOthers = await findExternalData(model, dirname(source), (path) => read.push(path));
    if (read.slice(1).some((path) => resolve(path) === resolve(`${out}.data`))) throw sameFile(`${out}.data`);
    const external: ExternalBytes = new Map([...inOthers, ...unread]);
    const job = new Quantization(settings, external);
    const graph = quantizedGraph(model.graph, (found) => job.replaced(found));
    job.check();
    const isLarge = read.length > 1 || bytesOf(graph, external) > mostBytes;
    const written = updated({ ...model, graph: inside(graph, external, isLarge) }, settings);
    const files = await writeModelFile(out, written, isLarge ? external : undefined);
    const [bytesBefore, bytesAfter] = [await sizeOfFiles(read), await sizeOfFiles(files)];
    return { weights: job.weights, kept: job.kept, bytesBefore, bytesAfter, files };
  });
}

type Settings = Required<QuantizeOptions>;

function checked(options: QuantizeOptions): Settings {
  const { bits = 4, symmetric = false, format = 'nbits', include = ['*'], exclude = [] } = options;
  const { block = 32 } = options;
  const wrong = (name: string, value: unknown, hint: string) =>
    new OnnxError('OPTION_UNKNOWN', `quantizeWeights cannot quantize with ${name} ${value}.`, { about: name, hint });
  if (bits !== 4 && bits !== 8) throw wrong('bits', bits, 'Use 4 or 8.');
  if (format !== 'nbits' && format !== 'qdq') throw wrong('format', format, 'Use nbits or qdq.');
  if (block === 0 && format === 'nbits') throw wrong('block', 0, 'Whole columns (0) need the format qdq.');
  if (block !== 0 && ![16, 32, 64, 128, 256].includes(block))
    throw wrong('block', block, 'Use 16, 32, 64, 128 or 256.');
  return { bits, block, symmetric, format, include, exclude };
}

/** The weights of one file. */
class Quantization {
  readonly #settings: Settings;
  readonly #external: ExternalBytes;
  readonly #done = new Map<string, { weight: QuantizedWeight; tensors: readonly TensorProto[] }>();
  readonly #seen = new Map<string, readonly string[]>();
  readonly #reports = new Map<string, QuantizedWeightReport>();
  readonly #kept = new Set<string>();

  constructor(settings: Settings, external: ExternalBytes) {
    this.#settings = settings;
    this.#external = external;
  }

  get weights(): readonly QuantizedWeightReport[] {
    return [...this.#reports.values()];
  }

  get kept(): readonly string[] {
    return [...this.#kept].filter((name) => !this.#reports.has(name));
  }

  replaced(found: Quantizable) {
    const { include, exclude, format } = this.#settings;
    const { name } = found.weight;
    const names = [name, found.node.name];
    this.#seen.set(name, [...(this.#seen.get(name) ?? []), ...names]);
    this.#kept.add(name);
    if (!matchesAny(names, include) || matchesAny(names, exclude)) return undefined;
    const done = this.#done.get(name) ?? this.#quantized(found);
    if (!done || done.weight.transposed !== found.transposed) return undefined;
    return { nodes: nodesOf(found.node, done.weight, format), tensors: done.tensors };
  }

  /** @throws OnnxError MODEL_INVALID where nothing was quantized, or a pattern matches nothing */
  check(): void {
    const { include, exclude } = this.#settings;
    requireMatches([...include.filter((pattern) => pattern !== '*'), ...exclude], [...this.#seen.values()].flat());
    if (this.#reports.size > 0) return;
    throw invalidModel(
      'Nothing of the model can be quantized: no MatMul or Gemm has a constant matrix that would become smaller.',
      undefined,
      this.#seen.size === 0 ? 'Weights of convolutions and embeddings stay as they are.' : 'Check the patterns.',
    );
  }

  #quantized({ weight, k, n, transposed }: Quantizable) {
    const { bits, symmetric, format } = this.#settings;
    const half = isHalf(weight);
    const block = this.#settings.block === 0 ? k : this.#settings.block;
    const values = floatsOf(weight, this.#external);
    const matrix = quantizeMatrix({ values, k, n, transposed }, { bits, block, symmetric, half });
    const quantized = { name: weight.name, k, n, transposed, bits, block, symmetric, half, matrix };
    const tensors = tensorsOf(quantized, format);
    const bytesBefore = k * n * (half ? 2 : 4);
    const bytesAfter = tensors.reduce((sum, { rawData }) => sum + rawData!.length, 0);
    if (bytesAfter >= bytesBefore) return undefined;
    const shape = transposed ? [n, k] : [k, n];
    this.#reports.set(weight.name, { name: weight.name, shape, bytesBefore, bytesAfter, error: matrix.error });
    // The codes are in the tensors already.
    const done = { weight: { ...quantized, matrix: { ...matrix, codes: new Uint8Array() } }, tensors };
    this.#done.set(weight.name, done);
    return done;
  }
}

function floatsOf(weight: TensorProto, external: ExternalBytes): Float32Array {
  const data = fromTensor(weight, `The weight "${weight.name}"`, external);
  const found = elements(data);
  return data.dtype === 'float16' ? Float32Array.from(found as Uint16Array, fromHalf) : (found as Float32Array);
}

/** The bytes of the initializers. */
function bytesOf(graph: GraphProto, external: ExternalBytes): number {
  return graph.initializer.reduce((sum, tensor) => {
    if (!external.has(tensor)) return sum + (tensor.rawData?.length ?? 0);
    return sum + layoutOf(tensor, `The tensor "${tensor.name}"`).byteLength;
  }, 0);
}

/**
 * The graph with what was not read of its file, or is in others.
 * @param isLarge whether to leave its initializers where they are
 */
function inside(graph: GraphProto, external: ExternalBytes, isLarge: boolean): GraphProto {
  const here = (tensor: TensorProto): TensorProto => {
    if (!external.has(tensor)) return tensor;
    const { bytes } = fromTensor(tensor, `The tensor "${tensor.name}"`, external);
    return { ...tensor, rawData: bytes, externalData: [], dataLocation: 0 };
  };
  return {
    ...graph,
    initializer: isLarge ? graph.initializer : graph.initializer.map(here),
    node: graph.node.map((node) => ({
      ...node,
      attribute: node.attribute.map((attribute) => ({
        ...attribute,
        t: attribute.t && here(attribute.t),
        g: attribute.g && inside(attribute.g, external, false),
      })),
    })),
  };
}

/** @throws OnnxError MODEL_INVALID where the operators of the file are too old for the format */
function updated(model: ModelProto, { format, bits, block }: Settings): ModelProto {
  if (format === 'nbits') {
    const own = model.opsetImport.some(({ domain }) => domain === 'com.microsoft');
    const domain = operatorSetIdProto.of({ domain: 'com.microsoft', version: 1n });
    return own ? model : { ...model, opsetImport: [...model.opsetImport, domain] };
  }
  const onnx = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  const opset = Number(onnx?.version ?? 0n);
  const needed = block === 0 && bits === 8 ? 13 : 21;
  if (opset < needed) {
    throw invalidModel(
      `The file is of opset ${opset}; ${needed === 13 ? 'a scale for each column needs' : 'DequantizeLinear of blocks and of 4 bits needs'} opset ${needed}.`,
      `opset ${opset}`,
      needed === 13 ? 'Export the model with a newer opset.' : 'Use the format nbits, or 8 bits with block 0.',
    );
  }
  // The version of the file format that came with opset 21 and 4-bit tensors.
  return bits === 4 && Number(model.irVersion ?? 0n) < 10 ? { ...model, irVersion: 10n } : model;
}

async function refuseSameFile(source: string, out: string): Promise<void> {
  const real = async (path: string) => realpath(path).catch(() => join(resolve(dirname(path)), basename(path)));
  if ((await real(source)) === (await real(out))) throw sameFile(out);
}

function sameFile(path: string): OnnxError {
  return new OnnxError('FILE_SYSTEM', `${path} is a file of the model that is read.`, {
    about: path,
    hint: 'Write into another file.',
  });
}
