import { definePlugin, flag } from '@forge-ml/core/plugin';

const name = '{{name}}';
const secondsFlag = '{{camel}}Seconds';

/** What this package provides. The names are in package.json too, under `forge`: lists are made of those. */
export default definePlugin({
  port: 1,
  // Declared to `forge train` where `--checkpoint-store {{name}}` is given.
  flags: { [secondsFlag]: flag.float(10, 'Warn of a save that takes longer, in seconds.', { min: 0 }) },
  checkpointStores: {
    async [name]({ files, flags, warn }) {
      // Imported only when it is used, so that nothing else waits for it.
      const { TimedStore } = await import('./timed-store.js');
      return new TimedStore(files, flags[secondsFlag], warn);
    },
  },
});
