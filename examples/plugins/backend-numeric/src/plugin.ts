import { definePlugin } from '@forge-ml/core/plugin';

export default definePlugin({
  port: 1,
  backends: {
    // Imported on use, so that listing backends is fast.
    async numeric() {
      const { NumericBackend } = await import('./backend.js');
      return new NumericBackend();
    },
  },
});
