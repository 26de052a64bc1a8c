import { definePlugin, flag } from '@forge-ml/core/plugin';

const name = '{{name}}';
const niceFlag = '{{camel}}Nice';

/** What this package brings. The names stand in package.json too, under `forge`: lists are made of those. */
export default definePlugin({
  port: 1,
  // Declared to `forge train` where `--launcher {{name}}` is given.
  flags: { [niceFlag]: flag.integer(10, 'How far other processes go first, from 0 to 19.', { min: 0, max: 19 }) },
  launchers: {
    async [name]({ flags }) {
      // Imported only when it is used, so that nothing else waits for it.
      const { NiceLauncher } = await import('./nice-launcher.js');
      return new NiceLauncher(flags[niceFlag]);
    },
  },
});
