import { OnnxError } from '../../errors/onnx-error.js';
import type { Shape } from './types.js';

/**
 * Refuses a shape with a negative or fractional size, or with more elements than a number counts exactly (2^53).
 * @throws OnnxError MODEL_INVALID naming `what`.
 */
export function checkShape(shape: Shape, what: string): void {
  const trouble = troubleOf(shape);
  if (trouble === undefined) return;
  throw new OnnxError('MODEL_INVALID', `${what} has the shape [${shape.join(', ')}], ${trouble}.`, {
    about: what,
    hint: 'Check the sizes it is computed from.',
  });
}

/** What is wrong with a shape, as the end of a sentence; undefined when nothing is. */
export function troubleOf(shape: Shape): string | undefined {
  let elements = 1;
  for (const size of shape) {
    if (typeof size === 'string') continue;
    if (!Number.isInteger(size) || size < 0) return `in which ${size} is not a size`;
    if (size !== 0) elements *= size;
    if (elements > Number.MAX_SAFE_INTEGER) return 'which overflows: it has more elements than can be counted';
  }
  return undefined;
}
