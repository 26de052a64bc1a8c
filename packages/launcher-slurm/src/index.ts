/** Runs and sweeps of Forge on Slurm: `--launcher slurm`. */

export { type SlurmFlags, slurmFlags } from './flags.js';
export { SlurmLauncher } from './slurm-launcher.js';
