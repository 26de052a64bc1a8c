import { type SlurmFlags, slurmFlags } from '@forge-ml/launcher-slurm';

/** The launcher's flags with their defaults. */
export const noFlags = Object.fromEntries(
  Object.entries(slurmFlags).map(([name, flag]) => [name, flag.default]),
) as SlurmFlags;
