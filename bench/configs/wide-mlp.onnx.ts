import { adam, type OnnxModel } from '@forge-ml/backend-onnx';
import { defineModel } from '@forge-ml/core';
import { comparedModels } from '../dist/onnx/models.js';

/** The MLP of 9.5 million parameters of `onnx-torch`. */
export default defineModel({
  flags: {},
  load: (): OnnxModel => comparedModels.largeMlp.model(adam(1e-3)),
});
