import { definePlugin } from '@forge-ml/core/plugin';

const name = '{{name}}';

/** What this package provides. The names are also in package.json under `forge`, where Forge reads them for lists. */
export default definePlugin({
  port: 1,
  readers: {
    async [name]() {
      // Imported on use, so that other commands start faster.
      const { tableReader } = await import('./table-reader.js');
      return tableReader;
    },
  },
});
