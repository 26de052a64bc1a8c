import { bytesPerElement, type DType, sizeOf, type TensorData } from '@forge-ml/core/plugin';
import { misuse } from '../native/failure.js';

/** An input or output of a model. */
export interface DeclaredTensor {
  readonly name: string;
  /** Undefined for what is no tensor of numbers. */
  readonly dtype: DType | undefined;
  /** Null is a size that the model leaves open. Empty for a scalar, and where even the rank is open. */
  readonly shape: readonly (number | null)[];
}

/**
 * Checks what ONNX Runtime would only find in a run, or not at all: it writes an output into whatever memory is bound.
 * @throws ForgeError BACKEND_INVALID
 */
export function checkTensor({ name, dtype, shape }: DeclaredTensor, given: TensorData): void {
  const wrong = (what: string, hint: string) => misuse(`The tensor for ${name} has ${what}.`, name, hint);
  if (given.dtype !== dtype) {
    throw wrong(`the type ${given.dtype}, not ${dtype ?? 'one of a tensor of numbers'}`, 'Give the type of the model.');
  }
  if (!fits(shape, given.shape)) {
    throw wrong(
      `the shape [${given.shape}], not [${shape.map((size) => size ?? '?')}]`,
      'Give the shape of the model.',
    );
  }
  const bytes = sizeOf(given.shape) * bytesPerElement[dtype];
  if (given.bytes.byteLength !== bytes) {
    throw wrong(
      `${given.bytes.byteLength} bytes, but its shape needs ${bytes}`,
      'Give as many bytes as elements need.',
    );
  }
  if (given.bytes.byteOffset % bytesPerElement[dtype] !== 0) {
    throw wrong('a position in memory between two elements', 'Start at a multiple of the size of an element.');
  }
  if ('resizable' in given.bytes.buffer && given.bytes.buffer.resizable === true) {
    throw wrong('memory that can be resized', 'Use a buffer of a fixed size, or shared memory.');
  }
}

function fits(declared: readonly (number | null)[], given: readonly number[]): boolean {
  if (given.some((size) => !Number.isSafeInteger(size) || size < 0)) return false;
  if (declared.length === 0) return true;
  return declared.length === given.length && declared.every((size, at) => size === null || size === given[at]);
}
