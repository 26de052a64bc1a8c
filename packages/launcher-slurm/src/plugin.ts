import { definePlugin } from '@forge-ml/core/plugin';
import { slurmFlags } from './flags.js';

export default definePlugin({
  port: 1,
  flags: slurmFlags,
  launchers: {
    slurm: async ({ flags }) => new (await import('./slurm-launcher.js')).SlurmLauncher(flags),
  },
});
