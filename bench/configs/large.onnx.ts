import { dense, meanSquaredError, momentum, type OnnxModel, zeros } from '@forge-ml/backend-onnx';
import { defineModel } from '@forge-ml/core';

/** A layer of 125 million weights with momentum: a state of a gigabyte, all of which each step replaces. */
export default defineModel({
  flags: {},
  load(): OnnxModel {
    const layer = dense(12_500, { name: 'wide', bias: false, kernelInitializer: zeros });
    return {
      predict: ({ x }, context) => layer(x!, context),
      loss: (_, outputs) => meanSquaredError(outputs, outputs),
      optimizer: momentum(1e-6),
    };
  },
});
