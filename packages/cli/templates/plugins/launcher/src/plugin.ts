import { definePlugin, flag } from '@forge-ml/core/plugin';

const name = '{{name}}';
const niceFlag = '{{camel}}Nice';

/** What this package provides. The names are also in package.json under `forge`, where Forge reads them for lists. */
export default definePlugin({
  port: 1,
  // Declared for `forge train` with `--launcher {{name}}`.
  flags: { [niceFlag]: flag.integer(10, 'Niceness of the process: 19 is the lowest priority.', { min: 0, max: 19 }) },
  launchers: {
    async [name]({ flags }) {
      // Imported on use, so that other commands start faster.
      const { NiceLauncher } = await import('./nice-launcher.js');
      return new NiceLauncher(flags[niceFlag]);
    },
  },
});
