import { definePlugin } from '@forge-ml/core/plugin';

const name = '{{name}}';

/** What this package brings. The names stand in package.json too, under `forge`: lists are made of those. */
export default definePlugin({
  port: 1,
  exporters: {
    async [name]() {
      // Imported only when it is used, so that nothing else waits for it.
      const { statisticsExporter } = await import('./statistics.js');
      return statisticsExporter;
    },
  },
});
