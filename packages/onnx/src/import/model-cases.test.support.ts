import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { decode, tensorProto } from '../proto/codecs.js';
import { fromHalf } from '../tensor/half.js';
import { elements, type TensorData, type TypedArray } from '../tensor/tensor.js';
import { fromTensor } from './from-tensor.js';

/** ONNX's own test of an operator: a small model, its inputs and expected outputs. */
export interface ModelCase {
  readonly model: Uint8Array;
  readonly inputs: readonly TensorData[];
  readonly outputs: readonly TensorData[];
}

/** The folder that Debian's package libonnx-testdata installs; FORGE_ONNX_CASES sets another. */
export const casesFolder = process.env.FORGE_ONNX_CASES ?? '/usr/share/libonnx-testdata/data';

export function hasCases(): boolean {
  return existsSync(casesFolder);
}

/** undefined for a case with something other than tensors of numbers. */
export async function readCase(kind: string, name: string): Promise<ModelCase | undefined> {
  const folder = join(casesFolder, kind, name);
  const data = join(folder, 'test_data_set_0');
  const files = (await readdir(data)).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const read = async (prefix: string): Promise<TensorData[]> => {
    const paths = files.filter((file) => file.startsWith(prefix)).map((file) => join(data, file));
    const contents = await Promise.all(paths.map((path) => readFile(path)));
    return contents.map((content) => fromTensor(decode(tensorProto, content), name, new Map()) as TensorData);
  };
  try {
    const model = await readFile(join(folder, 'model.onnx'));
    return { model, inputs: await read('input_'), outputs: await read('output_') };
  } catch {
    return undefined;
  }
}

/** Feeds the model's inputs in order; its outputs in order, or the error of ONNX Runtime. */
export async function runModel(
  model: Uint8Array,
  inputs: readonly TensorData[],
  extra: InferenceSession.SessionOptions['extra'] = {},
): Promise<readonly TensorData[] | Error> {
  try {
    const session = await InferenceSession.create(model, { logSeverityLevel: 4, intraOpNumThreads: 1, extra });
    const feeds = Object.fromEntries(session.inputNames.map((name, index) => [name, toTensor(inputs[index]!)]));
    const results = await session.run(feeds);
    const outputs = session.outputNames.map((name) => fromResult(results[name]!));
    await session.release();
    return outputs;
  } catch (error) {
    return error as Error;
  }
}

function toTensor(data: TensorData): Tensor {
  return new Tensor(data.dtype as 'float32', elements(data) as Float32Array, data.shape);
}

function fromResult({ type, data, dims }: Tensor): TensorData {
  const { buffer, byteOffset, byteLength } = data as unknown as TypedArray;
  return { dtype: type as 'float32', shape: dims, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}

/** Where two tensors differ by more than rounding; undefined where they do not. The tolerance is ONNX's own. */
export function difference(actual: TensorData, expected: TensorData): string | undefined {
  const [a, b] = [actual, expected].map(({ dtype, shape }) => `${dtype}[${shape.join(', ')}]`);
  if (a !== b) return `is ${a}, not ${b}`;
  const [left, right] = [numbersOf(actual), numbersOf(expected)];
  const tolerance = expected.dtype === 'float16' ? 1e-2 : 1e-3;
  const at = right.findIndex((value, index) => {
    const got = left[index]!;
    if (Object.is(got, value) || got === value) return false;
    return !(Math.abs(got - value) <= 1e-7 + tolerance * Math.abs(value));
  });
  return at < 0 ? undefined : `is ${left[at]} at element ${at}, not ${right[at]}`;
}

function numbersOf(data: TensorData): number[] {
  const numbers = Array.from(elements(data) as ArrayLike<number | bigint>, Number);
  return data.dtype === 'float16' ? numbers.map(fromHalf) : numbers;
}
