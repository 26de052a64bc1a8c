import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import type { SessionState } from '../../backend/backend.js';
import type { CheckpointDetails } from '../../checkpoint/store/checkpoint-store.js';
import type { TrainState } from '../../checkpoint/store/train-state.js';
import {
  bytesPerElement,
  type DType,
  describeTensor,
  type NamedTensors,
  type TensorData,
  tensor,
} from '../../tensor/tensor-data.js';

export const dtypes = Object.keys(bytesPerElement) as DType[];

const engine = { backend: 'b', engine: 'e', device: 'cpu', versions: { e: '1.2.3' }, settings: {}, warnings: ['w'] };

/** With numbers that JSON does not have. */
export const details: CheckpointDetails = {
  engine: { ...engine, settings: { threads: 2 } },
  metrics: { train: { loss: 0.1 + 0.2 }, valid: { loss: Number.NaN, gap: Number.NEGATIVE_INFINITY } },
  metricSteps: { train: 4, valid: 2 },
  state: { report: { sums: [1, 2.5] }, data: { seen: 3 } },
};

/** A state that differs from step to step, and by `value` in each element. */
export function stateOf(step: number, value = step, length = 100): TrainState {
  return {
    parameters: new Map([
      ['layer/w', tensor(new Float32Array(length).fill(value), [length / 10, 10])],
      ['layer/b', tensor(new Float64Array([value, -value, value / 3]))],
    ]),
    optimizer: new Map([['layer/w/m', tensor(new Float32Array(length).fill(-value), [length / 10, 10])]]),
    step,
    data: { epoch: 2, batch: step % 7 },
    random: { algorithm: 'counter', seed: 5 },
  };
}

/** The same with moving averages, of one parameter only. */
export function stateWithAverage(step: number, value = step, length = 100): TrainState {
  const state = stateOf(step, value, length);
  const averaged = tensor(new Float32Array(length).fill(value + 0.5), [length / 10, 10]);
  return { ...state, ema: new Map([['layer/w', averaged]]) };
}

/** Every dtype, with bits that only an exact copy keeps: subnormals, -0, the infinities, the largest and the lowest. */
export function stateOfAllTypes(step: number): TrainState {
  const tensors = dtypes.map((dtype): [string, TensorData] => [`t/${dtype}`, { dtype, ...oddBits(dtype) }]);
  const parameters: [string, TensorData][] = [
    ...tensors,
    ['scalar', tensor(new Float32Array([1.5]), [])],
    ['empty', tensor(new Float32Array(0), [0, 4])],
    ['ünï/cødé "name"', tensor(new Int8Array([-128, 127]))],
  ];
  return { ...stateOf(step), parameters: new Map(parameters), optimizer: new Map(tensors) };
}

function oddBits(dtype: DType): { readonly shape: readonly number[]; readonly bytes: Uint8Array } {
  const size = bytesPerElement[dtype];
  const words = floatWords[dtype] ?? [0n, 1n, (1n << BigInt(8 * size)) - 1n, 1n << BigInt(8 * size - 1)];
  const bytes = new Uint8Array(words.length * size);
  for (const [index, word] of (dtype === 'bool' ? [0n, 1n, 1n, 0n] : words).entries()) {
    for (let byte = 0; byte < size; byte++) bytes[index * size + byte] = Number((word >> BigInt(8 * byte)) & 0xffn);
  }
  return { shape: [2, words.length / 2], bytes };
}

/** -0, the least subnormal, the largest subnormal, the infinities, the largest finite. */
const floatWords: Partial<Record<DType, readonly bigint[]>> = {
  float64: [1n << 63n, 1n, 0x000fffffffffffffn, 0x7ff0000000000000n, 0xfff0000000000000n, 0x7fefffffffffffffn],
  float32: [0x80000000n, 1n, 0x007fffffn, 0x7f800000n, 0xff800000n, 0x7f7fffffn],
  float16: [0x8000n, 1n, 0x03ffn, 0x7c00n, 0xfc00n, 0x7bffn],
  bfloat16: [0x8000n, 1n, 0x007fn, 0x7f80n, 0xff80n, 0x7f7fn],
};

/** One NaN of each sign and kind, as the bits of one element. */
export const nanWords: Partial<Record<DType, readonly bigint[]>> = {
  float64: [0x7ff8000000000000n, 0xfff0000000000001n],
  float32: [0x7fc00000n, 0xff800001n],
  float16: [0x7e00n, 0xfc01n],
  bfloat16: [0x7fc0n, 0xff81n],
};

/** The tensor of one element with these bits. */
export function tensorOfBits(dtype: DType, word: bigint): TensorData {
  const bytes = Uint8Array.from({ length: bytesPerElement[dtype] }, (_, byte) =>
    Number((word >> BigInt(8 * byte)) & 0xffn),
  );
  return { dtype, shape: [1], bytes };
}

/** Holds that two states are the same, bit for bit. */
export function sameState(actual: TrainState, expected: TrainState): void {
  sameTensors(actual.parameters, expected.parameters);
  sameTensors(actual.optimizer, expected.optimizer);
  strictEqual(actual.ema === undefined, expected.ema === undefined, 'it has a moving average, or has none');
  sameTensors(actual.ema ?? new Map(), expected.ema ?? new Map());
  const { step, data, random } = expected;
  deepStrictEqual({ step: actual.step, data: actual.data, random: actual.random }, { step, data, random });
}

function sameTensors(actual: NamedTensors, expected: NamedTensors): void {
  deepStrictEqual([...actual.keys()].sort(), [...expected.keys()].sort());
  for (const [name, wanted] of expected) {
    const found = actual.get(name)!;
    strictEqual(`${name} ${describeTensor(found)}`, `${name} ${describeTensor(wanted)}`);
    strictEqual(Buffer.from(found.bytes).equals(wanted.bytes), true, `"${name}" has other bits than were saved`);
  }
}

/** Writes other numbers over the memory of a state. */
export function overwrite({ parameters, optimizer, ema = new Map() }: SessionState): void {
  for (const tensors of [parameters, optimizer, ema]) for (const { bytes } of tensors.values()) bytes.fill(0x11);
}
