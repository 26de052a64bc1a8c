import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { forge, startForge } from '../cli/forge-process.js';
import { describeOnSlurm } from './cluster.js';
import { linkPackage } from './link-package.js';
import { until } from './until.js';

const trials = 12;

describeOnSlurm('forge sweep on Slurm', () => {
  let project: string;
  before(async () => {
    project = await mkdtemp(join(tmpdir(), 'forge-slurm-sweep-'));
    await writeToyProject(project);
    await linkPackage(project, 'launcher-slurm');
  });
  after(() => rm(project, { recursive: true, force: true }));

  const sweep = (name: string, ms: number) => [
    ...['sweep', '--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts', '--name', name],
    ...['--space', 'learningRate=log(1e-3..1e-1)', '--space', 'hidden=2,3', '--minimize', 'valid.loss'],
    ...['--method', 'random', '--trials', String(trials), '--steps', '30', '--ms-per-step', String(ms)],
  ];

  /** Parameters and values of each trial. */
  async function tableOf(name: string) {
    const shown = await forge(['sweep', 'show', name, '--json'], { cwd: project });
    expect([shown.status, shown.stderr]).to.deep.equal([0, '']);
    const { trials: rows } = JSON.parse(shown.stdout) as {
      trials: { trial: number; state: string; parameters: object; values: number[] }[];
    };
    return rows.map(({ trial, state, parameters, values }) => ({ trial, state, parameters, values }));
  }

  it('the command is killed and resumed: the trials went on, each once, with the table of an undisturbed sweep', async () => {
    const straight = await forge([...sweep('straight', 0), '--workers', '2'], { cwd: project });
    expect([straight.status, straight.stderr]).to.deep.equal([0, '']);

    const head = startForge([...sweep('killed', 100), '--launcher', 'slurm', '--workers', '4'], { cwd: project });
    const journal = () => readFile(join(project, 'results/killed/journal.jsonl'), 'utf8').catch(() => '');
    await until('the first end of a trial', async () => (await journal()).includes('"type":"end"'));
    head.child.kill('SIGKILL');
    await head.finished;
    const before = await journal();
    expect(before.match(/"type":"end"/g)?.length).to.be.lessThan(trials);

    const resumed = await forge(['sweep', '--resume', 'killed'], { cwd: project });
    expect([resumed.status, resumed.stderr]).to.deep.equal([0, '']);
    const submissions = (await journal()).match(/"type":"submit"/g);
    expect(submissions, 'one array').to.have.length(1);
    const runs = (await readdir(join(project, 'results/killed'))).filter((name) => /^\d+$/.test(name));
    expect(runs).to.have.length(trials);
    const table = await tableOf('killed');
    expect(table).to.have.length(trials);
    expect(table).to.deep.equal(await tableOf('straight'));
  });

  it('a partition that does not exist is one line, and leaves no sweep', async () => {
    const { status, stderr } = await forge([...sweep('nowhere', 0), '--launcher', 'slurm', '--partition', 'gpus'], {
      cwd: project,
    });
    expect([status, stderr]).to.deep.equal([
      2,
      'Error: sbatch refused --partition gpus: Invalid partition name specified.\n  → The cluster has cancel, main, requeue, urgent.\n',
    ]);
    expect(await readdir(join(project, 'results'))).not.to.include('nowhere');
  });
});
