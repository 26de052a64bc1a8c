import { definePlugin, flag } from '@forge-ml/core/plugin';

const name = '{{name}}';
const metricFlag = '{{camel}}Metric';

/** What this package provides. The names are also in package.json under `forge`, where Forge reads them for lists. */
export default definePlugin({
  port: 1,
  // Declared for `forge train` with `--hook {{name}}`.
  flags: { [metricFlag]: flag.string('valid.loss', 'Metric whose lowest value is kept, as SPLIT.NAME.') },
  hooks: {
    async [name]({ folder, resumedAt, flags }) {
      // Imported on use, so that other commands start faster.
      const { BestHook } = await import('./best-hook.js');
      return BestHook.open(folder, flags[metricFlag], resumedAt);
    },
  },
});
