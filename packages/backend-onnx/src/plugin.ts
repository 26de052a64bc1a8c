import { definePlugin } from '@forge-ml/core/plugin';

export default definePlugin({
  port: 1,
  backends: { onnx: async () => new (await import('./backend.js')).OnnxBackend() },
  predictors: { onnx: async () => (await import('./checkpoint/predictor.js')).onnxPredictor },
  exporters: {
    onnx: async () => (await import('./checkpoint/exporters.js')).onnxExporter,
    'onnx-folder': async () => (await import('./checkpoint/exporters.js')).onnxFolderExporter,
    'onnx-adapter': async () => (await import('./checkpoint/onnx-adapter.js')).onnxAdapterExporter,
    transformers: async () => (await import('./checkpoint/transformers.js')).transformersExporter,
    peft: async () => (await import('./checkpoint/peft.js')).peftExporter,
  },
  commands: {
    'onnx:grad': async () => (await import('./commands/onnx-grad.js')).onnxGrad,
    'onnx:quantize': async () => (await import('./commands/onnx-quantize.js')).onnxQuantize,
    'onnx:show': async () => (await import('./commands/onnx-show.js')).onnxShow,
  },
});
