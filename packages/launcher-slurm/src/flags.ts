import { type FlagValues, flag } from '@forge-ml/core/plugin';

export const slurmFlags = {
  partition: flag.string(null, "Slurm: the partition. Default: the cluster's."),
  gres: flag.string(null, 'Slurm: generic resources of each job, such as gpu:1.'),
  time: flag.string(null, "Slurm: time limit of each job, such as 2:00:00 or 1-12. Default: the partition's."),
  account: flag.string(null, 'Slurm: the account to charge.'),
  constraint: flag.string(null, 'Slurm: features that the nodes must have, such as a100.'),
  sbatch: flag.string(null, "Slurm: more options of sbatch, as in a shell: '--mem=8G --qos=high'."),
  throttle: flag.integer(null, 'Slurm: the number of jobs of one array at once. Default: no limit.', { min: 1 }),
  grace: flag.integer(60, 'Slurm: signal each job this many seconds before its time limit, to save and go on later.', {
    min: 5,
    max: 65535,
  }),
};

export type SlurmFlags = FlagValues<typeof slurmFlags>;
