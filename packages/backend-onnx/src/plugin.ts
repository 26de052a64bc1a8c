import { BACKEND, COMMAND, definePlugin, EXPORTER, PREDICTOR } from '@forge-ml/core/plugin';
import { OnnxBackend } from './backend.js';
import { onnxExporters } from './checkpoint/exporters.js';
import { onnxPredictor } from './checkpoint/predictor.js';
import { onnxGrad } from './commands/onnx-grad.js';

export default definePlugin({
  port: 1,
  name: '@forge-ml/backend-onnx',
  register(container) {
    container.register(COMMAND, { useFactory: () => onnxGrad });
    container.register(BACKEND, { useFactory: () => new OnnxBackend() });
    container.register(PREDICTOR, { useFactory: () => onnxPredictor });
    for (const exporter of onnxExporters) container.register(EXPORTER, { useFactory: () => exporter });
  },
});
