import { OnnxError } from '../../errors/onnx-error.js';
import type { Shape } from './types.js';

/**
 * Rejects a shape with a negative or fractional size, or with more elements than a number counts exactly (2^53).
 * @throws OnnxError MODEL_INVALID naming `what`.
 */
export function checkShape(shape: Shape, what: string): void {
  const problem = shapeProblem(shape);
  if (problem === undefined) return;
  throw new OnnxError('MODEL_INVALID', `${what} has the shape [${shape.join(', ')}], ${problem}.`, {
    about: what,
    hint: 'Check the sizes it is computed from.',
  });
}

/** What is wrong with a shape, as a relative clause; undefined if it is valid. */
export function shapeProblem(shape: Shape): string | undefined {
  let elements = 1;
  for (const size of shape) {
    if (typeof size === 'string') continue;
    if (!Number.isInteger(size) || size < 0) return `in which ${size} is not a size`;
    if (size !== 0) elements *= size;
    if (elements > Number.MAX_SAFE_INTEGER) return 'which overflows: it has more elements than can be counted';
  }
  return undefined;
}
