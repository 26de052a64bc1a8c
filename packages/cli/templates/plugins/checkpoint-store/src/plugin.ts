import { definePlugin, flag } from '@forge-ml/core/plugin';

const name = '{{name}}';
const secondsFlag = '{{camel}}Seconds';

/** What this package provides. The names are also in package.json under `forge`, where Forge reads them for lists. */
export default definePlugin({
  port: 1,
  // Declared for `forge train` with `--checkpoint-store {{name}}`.
  flags: { [secondsFlag]: flag.float(10, 'Seconds after which a save counts as slow.', { min: 0 }) },
  checkpointStores: {
    async [name]({ files, flags, warn }) {
      // Imported on use, so that other commands start faster.
      const { TimedStore } = await import('./timed-store.js');
      return new TimedStore(files, flags[secondsFlag], warn);
    },
  },
});
