import { definePlugin, flag } from '@forge-ml/core/plugin';

const name = '{{name}}';
const fileFlag = '{{camel}}File';

/** What this package provides. The names are also in package.json under `forge`, where Forge reads them for lists. */
export default definePlugin({
  port: 1,
  // Declared for `forge train` with `--sink {{name}}`.
  flags: { [fileFlag]: flag.string('metrics.csv', "Output file in the run's folder.") },
  sinks: {
    async [name]({ folder, resumedAt, flags }) {
      // Imported on use, so that other commands start faster.
      const { CsvSink } = await import('./csv-sink.js');
      return CsvSink.open(folder, flags[fileFlag], resumedAt);
    },
  },
});
