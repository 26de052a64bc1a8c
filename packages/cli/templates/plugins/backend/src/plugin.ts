import { definePlugin } from '@forge-ml/core/plugin';

const name = '{{name}}';

/** What this package provides. The names are also in package.json under `forge`, where Forge reads them for lists. */
export default definePlugin({
  port: 1,
  // Imported on use, so that other commands do not wait for your engine to load.
  backends: { [name]: async () => (await import('./backend.js')).backend },
});
