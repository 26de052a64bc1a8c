import type { Value } from '@forge-ml/onnx/graph';
import { scalar } from '@forge-ml/onnx/graph';
import { add, cast, clip, div, max, mul, reduceSumSquare, sqrt } from '@forge-ml/onnx/ops';

export type Gradients = readonly (Value | null)[];

/**
 * Limits each element to [-clipValue, clipValue], then scales all gradients by clipNorm / max(norm, clipNorm), where
 * norm is the Euclidean norm over all of them (Pascanu et al., 2013; as tf.clip_by_global_norm).
 */
export function clipGradients(
  gradients: Gradients,
  { clipValue, clipNorm }: { readonly clipValue?: number | undefined; readonly clipNorm?: number | undefined },
): Gradients {
  const limited =
    clipValue === undefined
      ? gradients
      : gradients.map((gradient) => gradient && clip(gradient, -clipValue, clipValue));
  if (clipNorm === undefined) return limited;
  const squares = limited.flatMap((gradient) => (gradient ? [sumOfSquares(gradient)] : []));
  if (squares.length === 0) return limited;
  const norm = sqrt(squares.reduce((sum, square) => add(sum, square)));
  const scale = div(scalar(clipNorm), max([norm, scalar(clipNorm)]));
  return limited.map((gradient) => gradient && mul(gradient, cast(scale, gradient.dtype)));
}

function sumOfSquares(gradient: Value): Value {
  return cast(reduceSumSquare(gradient, undefined, { keepdims: false }), 'float32');
}
