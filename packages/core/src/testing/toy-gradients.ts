import type { ParameterGradient } from '../backend/backend.js';
import type { TensorData } from '../tensor/tensor-data.js';

/** What is reported about the gradient of a parameter and its update. */
export function updateReport(gradient: TensorData, before: Float32Array, after: Float32Array): ParameterGradient {
  const change = after.map((value, at) => value - before[at]!);
  return { gradient, parameterNorm: Math.hypot(...before), updateNorm: Math.hypot(...change) };
}
