import { deepStrictEqual, ok } from 'node:assert/strict';
import type { SessionState, TrainSession } from '../../../backend/backend.js';
import {
  bytesPerElement,
  describeTensor,
  type NamedTensors,
  sizeOf,
  type TensorData,
} from '../../../tensor/tensor-data.js';

/** A copy of a state as if read from a file: at odd memory offsets, and in another order. */
export function copyOf(state: SessionState): SessionState {
  const ema = state.ema === undefined ? {} : { ema: copyTensors(state.ema) };
  return { parameters: copyTensors(state.parameters), optimizer: copyTensors(state.optimizer), ...ema };
}

export async function captured(session: TrainSession): Promise<SessionState> {
  return copyOf(await session.capture());
}

/** Fails with the name of the first tensor whose bits differ. */
export function sameState(actual: SessionState, expected: SessionState, what: string): void {
  for (const part of ['parameters', 'optimizer', 'ema'] as const) {
    const names = (tensors: NamedTensors | undefined) => tensors && [...tensors.keys()].sort();
    deepStrictEqual(names(actual[part]), names(expected[part]), `${what}: the names of the ${part} differ`);
    for (const [name, value] of expected[part] ?? [])
      sameTensor(actual[part]!.get(name)!, value, `${what}: ${part} "${name}"`);
  }
}

export function sameTensor(actual: TensorData, expected: TensorData, what: string): void {
  deepStrictEqual(describeTensor(actual), describeTensor(expected), `${what} has another type or shape`);
  ok(Buffer.from(actual.bytes).equals(expected.bytes), `${what} has other bits`);
}

export function sameParameters(a: SessionState, b: SessionState): boolean {
  return [...a.parameters].every(([name, value]) => Buffer.from(value.bytes).equals(b.parameters.get(name)!.bytes));
}

/** Fails unless the number of bytes fits type and shape. */
export function validTensor(value: TensorData, what: string): void {
  ok(value.bytes instanceof Uint8Array, `${what} has no bytes`);
  const expected = sizeOf(value.shape) * bytesPerElement[value.dtype];
  deepStrictEqual(value.bytes.length, expected, `${what} is ${describeTensor(value)} with ${value.bytes.length} bytes`);
}

function copyTensors(tensors: NamedTensors): NamedTensors {
  return new Map([...tensors].reverse().map(([name, value]) => [name, copyTensor(value)]));
}

function copyTensor({ dtype, shape, bytes }: TensorData): TensorData {
  const buffer = new Uint8Array(bytes.length + 1);
  buffer.set(bytes, 1);
  return { dtype, shape: [...shape], bytes: buffer.subarray(1) };
}
