import { definePlugin } from '@forge-ml/core/plugin';

export default definePlugin({
  port: 1,
  backends: {
    // Imported when it is used: listing backends costs nothing.
    async numeric() {
      const { NumericBackend } = await import('./backend.js');
      return new NumericBackend();
    },
  },
});
