import { definePlugin, flag } from '@forge-ml/core/plugin';

/** Where checkpoints are mirrored is known from `--mirror`, which the run keeps, or the environment. */
export default definePlugin({
  port: 1,
  flags: {
    mirror: flag.path(
      null,
      'The folder for second copies of checkpoints. Default: the environment variable FORGE_MIRROR.',
    ),
  },
  checkpointStores: {
    async mirror({ folder, files, flags, warn }) {
      const { mirrorOfRun } = await import('./mirror-of-run.js');
      const { MirrorStore } = await import('./mirror-store.js');
      const mirror = await mirrorOfRun(folder, flags.mirror ?? process.env.FORGE_MIRROR);
      return new MirrorStore({ files, folder, mirror, warn });
    },
  },
});
