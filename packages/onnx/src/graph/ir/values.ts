import { OnnxError } from '../../errors/onnx-error.js';
import { tensorOf } from '../../tensor/numbers.js';
import { isPacked } from '../../tensor/packed.js';
import { type AnyTensor, byteLengthOf, type DType, heldBytes, type TensorData } from '../../tensor/tensor.js';
import { checkShape } from './check-shape.js';
import type { ConstantValue, InputValue, ParameterValue } from './graph.js';
import { describeType, type Shape } from './types.js';

/** A tensor that is given at run time. */
export function input(name: string, dtype: DType, shape: Shape): InputValue {
  if (isPacked(dtype)) {
    throw new OnnxError('MODEL_INVALID', `The input "${name}" is of ${dtype}; inputs of 4 bits are not supported.`, {
      about: name,
      hint: 'Give it as int8 or uint8, and cast it in the model.',
    });
  }
  checkShape(shape, `input "${name}"`);
  return { kind: 'input', name, dtype, shape: [...shape] };
}

/** A tensor of the model; `trainable: false` for one that no gradient updates, such as running statistics. */
export function parameter(name: string, initial: TensorData, { trainable = true } = {}): ParameterValue {
  checkBytes(initial, `parameter "${name}"`);
  return { kind: 'parameter', name, initial, trainable, dtype: initial.dtype, shape: initial.shape };
}

export function constant(data: AnyTensor): ConstantValue {
  checkBytes(data, 'a constant');
  return { kind: 'constant', data, dtype: data.dtype, shape: data.shape };
}

/** A 0-d constant. */
export function scalar(value: number, dtype: DType = 'float32'): ConstantValue {
  return constant(tensorOf([value], dtype, []));
}

/** A 1-d int64 constant, as shapes and axes are given. */
export function indices(values: readonly number[]): ConstantValue {
  return constant(tensorOf(values, 'int64', [values.length]));
}

function checkBytes(data: AnyTensor, what: string): void {
  checkShape(data.shape, what);
  const expected = byteLengthOf(data);
  const actual = heldBytes(data);
  if (actual === expected) return;
  throw new OnnxError(
    'MODEL_INVALID',
    `${what} is ${describeType(data)}, which is ${expected} bytes, but it holds ${actual}.`,
    { about: what, hint: 'Give it as many elements as its shape has.' },
  );
}
