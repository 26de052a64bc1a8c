import { definePlugin, flag } from '@forge-ml/core/plugin';

const name = '{{name}}';
const metricFlag = '{{camel}}Metric';

/** What this package brings. The names stand in package.json too, under `forge`: lists are made of those. */
export default definePlugin({
  port: 1,
  // Declared to `forge train` where `--hook {{name}}` is given.
  flags: { [metricFlag]: flag.string('valid.loss', 'Whose lowest value is kept, as SPLIT.NAME.') },
  hooks: {
    async [name]({ folder, resumedAt, flags }) {
      // Imported only when it is used, so that nothing else waits for it.
      const { BestHook } = await import('./best-hook.js');
      return BestHook.open(folder, flags[metricFlag], resumedAt);
    },
  },
});
