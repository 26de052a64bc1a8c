import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isForgeError } from '@forge-ml/core';
import { expect } from 'chai';
import { describeOnSlurm } from './cluster.js';
import { submitFakes } from './fake-batch.js';
import { type SlurmFlags, slurmLauncher } from './flags.js';

describeOnSlurm('batches on Slurm', (cluster) => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "forge slurm % 'jobs'-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const queue = () => cluster().run('squeue', '--noheader', '--array', '--states=all', '--format=%j %T');

  async function refused(flags: Partial<SlurmFlags>) {
    const error = await submitFakes(folder, 'refused', flags, 1).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!isForgeError(error)) throw error ?? new Error('It was submitted.');
    expect(await queue()).not.to.include('refused');
    return `${error.code}: ${error.message} ${error.hint}`;
  }

  it('needs several arrays for more jobs than one may have: each job once, in a folder of any name', async () => {
    const fakes = await submitFakes(folder, 'many', { throttle: 8 }, 1, 25);
    expect(new Set(fakes.ids.map((id) => id.split('_')[0])).size).to.equal(2);
    const states = await fakes.ended();
    expect(states.map(({ status }) => status)).to.deep.equal(fakes.ids.map(() => 0));
    for (const index of fakes.ids.keys()) expect(await fakes.events(index)).to.deep.equal(['start 0', 'end']);
    expect(await (await slurmLauncher()).find(fakes.batch)).to.deep.equal(fakes.ids);
  });

  it('finds the batch of a process that was killed right after it had submitted', async () => {
    const fakes = await submitFakes(folder, 'before', {}, 20, 3);
    const batch = { ...fakes.batch, name: `killed-${process.pid}` };
    const file = join(folder, 'killed.mjs');
    const launcher = fileURLToPath(new URL('./flags.js', import.meta.url));
    await writeFile(
      file,
      `import { slurmLauncher } from ${JSON.stringify(launcher)};
await (await slurmLauncher()).submit(${JSON.stringify(batch)});
process.kill(process.pid, 'SIGKILL');`,
    );
    expect(spawnSync(process.execPath, [file]).signal).to.equal('SIGKILL');
    const other = await slurmLauncher();
    const ids = await other.find(batch);
    expect(ids).to.have.length(3);
    await other.cancel([...ids!, ...fakes.ids], { now: true });
    await fakes.until('the end', async () => (await other.query(ids!)).every(({ state }) => state === 'ended'));
  });

  it('cancels what it finds of a batch that was submitted in part', async () => {
    const script = join(folder, 'part.sh');
    await writeFile(script, '#!/bin/sh\ntouch started\n');
    await cluster().run('sbatch', '--hold', '--array=0-20', '--job-name=part', '--output=/dev/null', script);
    expect(await (await slurmLauncher()).find({ name: 'part', folder, count: 25 })).to.equal(null);
    expect(await queue()).to.match(/^part CANCELLED$/m);
  });

  it('writes a script that people can read', async () => {
    const flags = { partition: 'main', time: '2:00:00', sbatch: "--mem=100M --mail-user='a b'" };
    const fakes = await submitFakes(folder, 'script', flags, 1, 2);
    await fakes.ended();
    const text = await readFile(join(fakes.batch.folder, `${fakes.batch.name}.sh`), 'utf8');
    const shown = text
      .replaceAll(fakes.batch.folder.replaceAll('%', '%%'), 'PATTERN')
      .replaceAll(`-${process.pid}`, '');
    expect(shown.split('\n\n')[0]).to.equal(
      [
        '#!/bin/sh',
        '#SBATCH --job-name=script',
        '#SBATCH --array=0-1',
        '#SBATCH "--output=PATTERN/script-%a.log"',
        '#SBATCH --open-mode=append',
        '#SBATCH --requeue',
        '#SBATCH --signal=B:USR2@60',
        '#SBATCH --partition=main --time=2:00:00 --mem=100M "--mail-user=a b"',
      ].join('\n'),
    );
  });

  const wrong: Record<string, [Partial<SlurmFlags>, string]> = {
    'a partition that does not exist': [
      { partition: 'gpus' },
      'FLAG_INVALID: sbatch refused --partition gpus: Invalid partition name specified. The cluster has cancel, main, requeue, urgent.',
    ],
    'a resource that no node has': [
      { gres: 'gpu:1' },
      "FLAG_INVALID: sbatch refused --gres gpu:1: Invalid generic resource (gres) specification. `sinfo -o '%P %G'` lists them.",
    ],
    'a feature that no node has': [
      { constraint: 'a100' },
      "FLAG_INVALID: sbatch refused --constraint a100: Invalid feature specification. `sinfo -o '%P %f'` lists the features of nodes.",
    ],
    'a time that is none': [
      { time: 'soon' },
      'FLAG_INVALID: sbatch refused --time soon: Invalid --time specification. Write it as minutes, 2:00:00 or 1-12 (a day and 12 hours).',
    ],
    'a limit within the grace time': [
      { time: '1', grace: 60 },
      'FLAG_INVALID: --grace 60 leaves no time to train within --time 1. Give more time, or a shorter --grace.',
    ],
    'an unknown option': [
      { sbatch: '--bogus=1' },
      "USAGE: sbatch refused the jobs: unrecognized option '--bogus=1'. Check --sbatch and the limits of the site.",
    ],
    'an option that Forge sets': [
      { sbatch: '--mem=1G -o log' },
      "FLAG_INVALID: --sbatch has -o, which Forge sets itself. The logs are in the sweep's folder.",
    ],
    'an open quote': [
      { sbatch: "--comment='x" },
      'FLAG_INVALID: --sbatch has a quote that is not closed. Close the quote.',
    ],
    'a second line': [
      { account: 'a\n#SBATCH --exclusive' },
      'FLAG_INVALID: --account has a control character. Write it in one line.',
    ],
  };
  for (const [what, [flags, message]] of Object.entries(wrong)) {
    it(`refuses ${what}, and starts nothing`, async () => expect(await refused(flags)).to.equal(message));
  }

  it('says that the cluster does not answer, and that Slurm is not installed', async () => {
    const { PATH: path, SLURM_CONF: conf } = process.env;
    const dead = join(folder, 'dead.conf');
    const text = await readFile(conf!, 'utf8');
    await writeFile(dead, `${text.replace(/SlurmctldPort=.*/, 'SlurmctldPort=1')}MessageTimeout=2\n`);
    try {
      process.env.SLURM_CONF = dead;
      const down = await (await slurmLauncher()).query(['1_0']).catch((thrown: unknown) => thrown);
      expect(String(down)).to.include('The Slurm cluster does not answer: Unable to contact slurm controller');
      process.env.PATH = '/nowhere';
      const none = await (await slurmLauncher()).query(['1_0']).catch((thrown: unknown) => thrown);
      expect(String(none)).to.include("Slurm's program squeue is not on the PATH.");
    } finally {
      Object.assign(process.env, { PATH: path, SLURM_CONF: conf });
    }
  });
});
