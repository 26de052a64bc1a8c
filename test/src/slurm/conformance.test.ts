import { describeLauncherConformance } from '@forge-ml/core/testing';
import { describeOnSlurm } from './cluster.js';
import { slurmLauncher } from './flags.js';

describeOnSlurm('Slurm', () => {
  describeLauncherConformance({
    name: 'slurm',
    open: () => slurmLauncher(),
    seconds: 30,
    mergesOutput: true,
  });
});
