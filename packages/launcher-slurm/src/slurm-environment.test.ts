import { expect } from 'chai';
import { slurmEnvironment } from './slurm-environment.js';

describe('the environment of the programs of Slurm', () => {
  it('lacks the variables of a job that Forge itself runs in, and options that the script has', () => {
    const kept = { PATH: '/bin', SLURM_CONF: '/etc/slurm.conf', SBATCH_QOS: 'high', MY_SLURM: '1' };
    const removed = { SLURM_JOB_ID: '7', SLURM_MEM_PER_CPU: '100', SBATCH_ARRAY_INX: '1-9', SQUEUE_FORMAT: '%i' };
    const replaced = { SBATCH_PARTITION: 'slow', SBATCH_TIMELIMIT: '5' };
    const given = { ...kept, ...removed, ...replaced };
    expect(slurmEnvironment(given, ['--partition=gpu'])).to.deep.equal({ ...kept, SBATCH_TIMELIMIT: '5' });
    expect(slurmEnvironment(given)).to.deep.equal({ ...kept, ...replaced });
  });
});
