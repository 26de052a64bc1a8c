import { expect } from 'chai';
import type { SlurmFlags } from './flags.js';
import { sbatchOptions, secondsOf } from './sbatch-options.js';

const none: SlurmFlags = {
  ...{ partition: null, gres: null, time: null, account: null, constraint: null, sbatch: null },
  ...{ throttle: null, grace: 60 },
};

describe('sbatchOptions', () => {
  it('has the options of the flags, and those passed through', () => {
    expect(sbatchOptions(none)).to.deep.equal([]);
    const flags = { ...none, partition: 'gpu', constraint: 'a100|h100', sbatch: "--mem=8G -q 'very high'" };
    const words = ['--partition=gpu', '--constraint=a100|h100', '--mem=8G', '-q', 'very high'];
    expect(sbatchOptions(flags)).to.deep.equal(words);
  });

  it('refuses an option that Forge sets, in any spelling, and a word that is none', () => {
    for (const sbatch of [
      '--array=1-9',
      '-a 1-9',
      '-a1-9',
      '--output log',
      '--mem=1G -Jname',
      '--signal=TERM@9',
      'job.sh',
    ]) {
      expect(() => sbatchOptions({ ...none, sbatch }), sbatch).to.throw(/--sbatch (has|starts with)/);
    }
    expect(sbatchOptions({ ...none, sbatch: '--array-like=1 --no-requeue' })).to.have.length(2);
  });

  it('refuses a limit that the grace time fills', () => {
    expect(() => sbatchOptions({ ...none, time: '0:30' })).to.throw('--grace 60 leaves no time');
    expect(sbatchOptions({ ...none, time: '0:30', grace: 20 })).to.deep.equal(['--time=0:30']);
  });
});

describe('secondsOf', () => {
  it('reads the time limits of Slurm', () => {
    const times = { '5': 300, '5:30': 330, '1:00:05': 3605, '1-0': 86400, '1-12:30': 131400, '2-0:0:1': 172801 };
    for (const [time, seconds] of Object.entries(times)) expect(secondsOf(time), time).to.equal(seconds);
    for (const time of ['', 'soon', 'UNLIMITED', '1:2:3:4', '-1']) expect(secondsOf(time), time).to.equal(null);
  });
});
