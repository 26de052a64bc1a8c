import { BACKEND, definePlugin } from '@forge-ml/core/plugin';
import { OnnxBackend } from './backend.js';

export default definePlugin({
  port: 1,
  name: '@forge-ml/backend-onnx',
  register(container) {
    container.register(BACKEND, { useFactory: () => new OnnxBackend() });
  },
});
