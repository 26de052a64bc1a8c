import { describeLauncherConformance } from '@forge-ml/core/testing';
import { noCluster, theCluster } from './cluster.js';
import { slurmLauncher } from './flags.js';

const missing = noCluster();

describe(`Slurm${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  before(async function () {
    if (missing !== null) return this.skip();
    this.timeout(60_000);
    await theCluster();
  });

  describeLauncherConformance({
    name: 'slurm',
    open: () => slurmLauncher(),
    seconds: 30,
    mergesOutput: true,
  });
});
