import { definePlugin, flag } from '@forge-ml/core/plugin';

const name = '{{name}}';
const fileFlag = '{{camel}}File';

/** What this package brings. The names stand in package.json too, under `forge`: lists are made of those. */
export default definePlugin({
  port: 1,
  // Declared to `forge train` where `--sink {{name}}` is given.
  flags: { [fileFlag]: flag.string('metrics.csv', "The file to write, in the run's folder.") },
  sinks: {
    async [name]({ folder, resumedAt, flags }) {
      // Imported only when it is used, so that nothing else waits for it.
      const { CsvSink } = await import('./csv-sink.js');
      return CsvSink.open(folder, flags[fileFlag], resumedAt);
    },
  },
});
