import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JobBatch } from '@forge-ml/core/plugin';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { forge } from '../cli/forge-process.js';
import { describeOnSlurm } from './cluster.js';
import { type SlurmFlags, slurmLauncher } from './flags.js';
import { linkPackage } from './link-package.js';
import { until } from './until.js';

const bin = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));
const steps = 200;

interface JobRecord {
  readonly restart: number;
  readonly process: { readonly pid: number };
  readonly run: { readonly experiment: string; readonly number: number };
  readonly result: { readonly status: string; readonly step: number } | null;
}

describeOnSlurm('runs on Slurm', (cluster) => {
  let project: string;
  let twelve: ReturnType<typeof submit>;
  before(async () => {
    project = await mkdtemp(join(tmpdir(), 'forge-slurm-runs-'));
    await writeToyProject(project);
    await linkPackage(project, 'launcher-slurm');
    // It goes on while the other test runs. Slurm looks for time limits every 30 s.
    twelve = submit('limit', 12, { time: '1', grace: 50, sbatch: '--exclude=n3' }, 180);
    await twelve;
  });
  afterEach(() => cluster().startNode(3));
  after(() => rm(project, { recursive: true, force: true }));

  const trainWords = (experiment: string, trial: number, ms: number) => [
    ...['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts', '--run-name', experiment],
    ...['--learning-rate', String(0.01 * (trial + 1)), '--steps', String(steps), '--ms-per-step', String(ms)],
    ...['--save-every', '20', '--report-every', '1'],
  ];

  /** Submits runs of an experiment, each with a learning rate of its own, that take a while. */
  async function submit(experiment: string, count: number, flags: Partial<SlurmFlags>, msPerStep: number) {
    const folder = join(project, 'results', `.jobs-${experiment}`);
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'jobs.jsonl');
    const recordOf = (trial: number) => join(folder, `${trial}.json`);
    const jobs = Array.from({ length: count }, (_, trial) => ({
      train: { argv: trainWords(experiment, trial, msPerStep) },
      record: recordOf(trial),
      attempt: 1,
      launcher: { name: 'slurm', flags: { ...flags, grace: flags.grace ?? 60 } },
    }));
    await writeFile(file, jobs.map((job) => `${JSON.stringify(job)}\n`).join(''));
    const batch: JobBatch = {
      ...{ name: `${experiment}-${process.pid}`, folder, count, throttle: null, directory: project, env: {} },
      command: [process.execPath, bin, 'job', file],
    };
    const launcher = await slurmLauncher(flags);
    const ids = await launcher.submit(batch);
    const record = async (trial: number) =>
      JSON.parse(await readFile(recordOf(trial), 'utf8').catch(() => 'null')) as JobRecord | null;
    return {
      ids,
      launcher,
      record,
      log: (trial: number) => readFile(join(folder, `${batch.name}-${trial}.log`), 'utf8'),
      async ended() {
        await until('the end of all jobs', async () =>
          (await launcher.query(ids)).every(({ state }) => state === 'ended'),
        );
        return launcher.query(ids);
      },
      async runs() {
        const records = await Promise.all(ids.map((_, trial) => record(trial)));
        return records.map((each) => join(project, 'results', experiment, String(each!.run.number)));
      },
    };
  }

  /** What must be the same bit for bit: metrics but for the time of day, and the tensors of the last checkpoint. */
  async function essenceOf(run: string) {
    const read = (path: string) => readFile(join(run, path), 'latin1');
    const metrics = await read('metrics.jsonl');
    const tensors = ['parameters', 'state'].map((name) => read(`checkpoints/${steps}/${name}.safetensors`));
    return [metrics.replace(/"time":[\d.]+,/g, ''), ...(await Promise.all(tensors))];
  }

  async function expectUndisturbed(experiment: string, runs: readonly string[]): Promise<void> {
    const numbers = await readdir(join(project, 'results', experiment));
    expect(numbers.filter((name) => /^\d+$/.test(name))).to.have.length(runs.length);
    for (const [trial, run] of runs.entries()) {
      const reference = `${experiment}-reference`;
      const { status, stderr } = await forge(['train', ...trainWords(reference, trial, 0)], { cwd: project });
      expect([status, stderr]).to.deep.equal([0, '']);
      expect(await essenceOf(run), `run ${trial}`).to.deep.equal(
        await essenceOf(join(project, 'results', reference, String(trial + 1))),
      );
    }
  }

  it('the daemon of a node is killed: requeued elsewhere, none lost or doubled, the old process fenced', async () => {
    const batch = await submit('node', 2, { sbatch: '--exclude=n1,n2' }, 150);
    await until('the first checkpoints', async () => {
      const records = await Promise.all([0, 1].map((trial) => batch.record(trial)));
      return records.every((each) => each?.run != null);
    });
    const old = (await Promise.all([0, 1].map((trial) => batch.record(trial)))).map((each) => each!.process.pid);
    await cluster().killNode(3);
    await until('the requeueing', async () => (await batch.launcher.query(batch.ids)).every(isPending));
    // Slurm has given up the node, whose processes go on.
    expect(old.filter(isAlive)).to.have.length(2);
    for (const id of batch.ids) await cluster().run('scontrol', 'update', `JobId=${id}`, 'ExcNodeList=n3');
    await until('the new processes', async () => (await batch.record(0))?.restart === 1);
    await until('the end of the old processes', async () => !old.some(isAlive));
    expect((await batch.ended()).map(({ status }) => status)).to.deep.equal([0, 0]);
    await expectUndisturbed('node', await batch.runs());
  });

  it('twelve on two nodes, each stopped before its time limit: requeued, and bit-identical in the end', async () => {
    const batch = await twelve;
    expect((await batch.ended()).map(({ status }) => status)).to.deep.equal(batch.ids.map(() => 0));
    for (const trial of batch.ids.keys()) {
      const record = await batch.record(trial);
      expect(record!.result).to.include({ status: 'completed', step: steps });
      expect(record!.restart, `run ${trial}`).to.be.greaterThan(0);
      expect(await batch.log(trial)).to.include('slurm: before the time limit; job');
    }
    await expectUndisturbed('limit', await batch.runs());
  });
});

const isPending = ({ state }: { readonly state: string }) => state === 'pending';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
