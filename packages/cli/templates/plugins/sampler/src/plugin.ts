import { definePlugin } from '@forge-ml/core/plugin';

const name = '{{name}}';

/** What this package provides. The names are also in package.json under `forge`, where Forge reads them for lists. */
export default definePlugin({
  port: 1,
  samplers: {
    async [name](request) {
      // Imported on use, so that other commands start faster.
      const { nearBest } = await import('./near-best.js');
      return nearBest(request);
    },
  },
});
