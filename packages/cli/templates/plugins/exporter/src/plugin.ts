import { definePlugin } from '@forge-ml/core/plugin';

const name = '{{name}}';

/** What this package provides. The names are also in package.json under `forge`, where Forge reads them for lists. */
export default definePlugin({
  port: 1,
  exporters: {
    async [name]() {
      // Imported on use, so that other commands start faster.
      const { statisticsExporter } = await import('./statistics.js');
      return statisticsExporter;
    },
  },
});
