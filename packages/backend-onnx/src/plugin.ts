import { BACKEND, COMMAND, definePlugin } from '@forge-ml/core/plugin';
import { OnnxBackend } from './backend.js';
import { onnxGrad } from './commands/onnx-grad.js';

export default definePlugin({
  port: 1,
  name: '@forge-ml/backend-onnx',
  register(container) {
    container.register(COMMAND, { useFactory: () => onnxGrad });
    container.register(BACKEND, { useFactory: () => new OnnxBackend() });
  },
});
