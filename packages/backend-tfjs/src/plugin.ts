import { BACKEND, definePlugin } from '@forge-ml/core/plugin';
import { TfjsBackend } from './backend.js';

export default definePlugin({
  port: 1,
  name: '@forge-ml/backend-tfjs',
  register(container) {
    container.register(BACKEND, { useFactory: () => new TfjsBackend() });
  },
});
