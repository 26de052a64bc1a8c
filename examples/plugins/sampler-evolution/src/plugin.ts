import { definePlugin } from '@forge-ml/core/plugin';

export default definePlugin({
  port: 1,
  samplers: {
    // Imported on use, so that other commands start faster.
    evolution: async (request) => (await import('./evolution.js')).evolution(request),
  },
});
