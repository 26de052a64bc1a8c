import { ForgeError, type ParametersFile } from '@forge-ml/core/plugin';
import { modelBytes } from '@forge-ml/onnx';
import type { Graph } from '@forge-ml/onnx/graph';

/** The inference graph in a checkpoint. */
export const modelName = 'model.onnx';

/**
 * An ONNX model of what `predict` computes. Its weights are ONNX external data in the checkpoint's own parameters file,
 * so nothing is stored twice, and any ONNX runtime loads the model in place.
 * @param version of this package, for the file
 * @throws ForgeError MODEL_INVALID where names in the graph clash.
 */
export function inferenceModel(
  prediction: Graph,
  { name: location, places: offsets }: ParametersFile,
  version: string,
): Uint8Array {
  return modelBytes(prediction, {
    name: 'predict',
    producer: { name: 'forge', version },
    externalData: { location, offsets },
  });
}

/** @throws ForgeError MODEL_INVALID where the graph cannot be written, for example because names clash. */
export function checkInferenceModel(prediction: Graph): void {
  modelBytes(prediction, { parametersAs: 'inputs' });
}

export function noModel(folder: string): ForgeError {
  return new ForgeError('ABILITY_MISSING', `The checkpoint ${folder} has no ${modelName}.`, {
    about: modelName,
    hint: 'Only models with a predict, trained by the backend onnx, have one. Export the parameters alone: --format safetensors.',
  });
}
