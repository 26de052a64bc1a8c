import { checkModelParts, describeValue, invalidModel, isOptimizerSpec } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { checkMixedPrecision } from './mixed-precision.js';
import type { AnyOnnxModel } from './onnx-model.js';
import { checkRecompute } from './recompute.js';

/** @throws ForgeError MODEL_INVALID, naming the part of what `load` returned that is missing or of the wrong type. */
export function checkModel(value: unknown): AnyOnnxModel {
  const { parameters } = checkModelParts(value, {
    type: 'OnnxModel',
    optimizerHint: 'Give one of @forge-ml/backend-onnx, e.g. adam(0.001).',
    isOptimizer: isOptimizerSpec,
  });
  if (parameters !== undefined && !(parameters instanceof Map)) {
    const message = `The model's parameters is ${describeValue(parameters)}, not a Map of tensors.`;
    throw invalidModel(message, 'See loadParameters.');
  }
  const model = value as AnyOnnxModel;
  if (model.recompute !== undefined) checkRecompute(model.recompute);
  checkMixedPrecision(model.mixedPrecision);
  return model;
}

export function isValue(value: unknown): value is Value {
  return typeof value === 'object' && value !== null && 'kind' in value && 'dtype' in value && 'shape' in value;
}
