import { defineData, fromArrays } from '@forge-ml/core';
import { comparedModels } from '../dist/onnx/models.js';

/** One batch of 64, again and again. */
export default defineData({
  flags: {},
  load() {
    const { x, labels } = comparedModels.largeMlp.batch(0);
    return { train: fromArrays({ x: x!, labels: labels! }).repeat().batch(64) };
  },
});
