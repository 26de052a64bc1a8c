import { definePlugin } from '@forge-ml/core/plugin';

export default definePlugin({
  port: 1,
  backends: { tfjs: async () => new (await import('./backend.js')).TfjsBackend() },
});
