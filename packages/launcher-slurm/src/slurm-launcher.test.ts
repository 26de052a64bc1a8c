import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { JobState } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { SlurmLauncher } from './slurm-launcher.js';

const flags = {
  ...{ partition: null, gres: null, time: null, account: null, constraint: null, sbatch: null },
  ...{ throttle: null, grace: 60 },
};

interface Row {
  readonly array: string;
  readonly task: string;
  readonly job: string;
  readonly state: string;
  readonly code?: string;
  readonly reason?: string;
  readonly nodes?: string;
  readonly comment?: string;
}

/** A line of squeue, in the widths that it is asked for. */
const line = ({ array, task, job, state, code = '0', reason = 'None', nodes = '', comment = '(null)' }: Row) =>
  [
    ...[array, task, job].map((cell) => cell.padEnd(20)),
    ...[state.padEnd(30), code.padEnd(12), reason.padEnd(80), nodes.padEnd(80), comment.padEnd(60)],
  ].join('');

/** On real clusters, test/src/slurm. This one has the states that a test cluster does not produce. */
describe('states of jobs on Slurm', () => {
  if (process.platform === 'win32') return;
  let folder: string;
  const path = process.env.PATH;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-slurm-'));
    process.env.PATH = `${folder}${delimiter}${path}`;
  });
  afterEach(async () => {
    process.env.PATH = path;
    await rm(folder, { recursive: true });
  });

  async function program(name: string, script: string): Promise<void> {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
  const withRows = (rows: readonly Row[]) => program('squeue', `cat <<'END'\n${rows.map(line).join('\n')}\nEND`);
  const parts = ({ state, status, reason }: JobState) => [state, status, reason];

  async function stateOf(row: Omit<Row, 'array' | 'task' | 'job'>) {
    await withRows([{ array: '5', task: '3', job: '9', ...row }]);
    return parts((await new SlurmLauncher(flags).query(['5_3']))[0]!);
  }

  it('are in words', async () => {
    await program('sacct', 'exit 1');
    expect(await stateOf({ state: 'NODE_FAIL', nodes: 'n2', code: '0' })).to.deep.equal([
      'ended',
      null,
      'node n2 failed',
    ]);
    expect(await stateOf({ state: 'OUT_OF_MEMORY', code: '9' })).to.deep.equal(['ended', 137, 'out of memory']);
    expect(await stateOf({ state: 'TIMEOUT', code: '15' })).to.deep.equal(['ended', 143, 'time limit reached']);
    expect(await stateOf({ state: 'PREEMPTED', code: '15' })).to.deep.equal(['ended', 143, 'preempted']);
    expect(await stateOf({ state: 'FAILED', code: '512' })).to.deep.equal(['ended', 2, 'exit status 2']);
    expect(await stateOf({ state: 'COMPLETED' })).to.deep.equal(['ended', 0, null]);
    expect(await stateOf({ state: 'PENDING', reason: 'Priority' })).to.deep.equal([
      'pending',
      null,
      'PENDING (Priority)',
    ]);
    const held = 'PENDING (JobHeldUser: held; `scontrol release` starts it)';
    expect(await stateOf({ state: 'PENDING', reason: 'JobHeldUser' })).to.deep.equal(['pending', null, held]);
    expect(await stateOf({ state: 'COMPLETING' })).to.deep.equal(['running', null, 'COMPLETING']);
    expect(await stateOf({ state: 'REQUEUE_HOLD' })).to.deep.equal(['pending', null, 'REQUEUE_HOLD']);
  });

  it('are those of the job that was submitted again, the newest', async () => {
    const old = { array: '5', task: '3', job: '9', state: 'PREEMPTED' };
    const again = { array: '12', task: '3', job: '12', state: 'FAILED', code: '256', comment: 'forge-job=5_3' };
    const third = { array: '20', task: '3', job: '20', state: 'RUNNING', comment: 'forge-job=5_3' };
    for (const rows of [
      [old, again, third],
      [third, again, old],
    ]) {
      await withRows(rows);
      expect(parts((await new SlurmLauncher(flags).query(['5_3']))[0]!)).to.deep.equal(['running', null, null]);
    }
  });

  it('come from the accounts of the cluster where Slurm has forgotten a job', async () => {
    await program('squeue', '');
    await program('sacct', "echo '5_3|9|CANCELLED by 1000|0:15|n1'; echo '5_4|10|COMPLETED|0:0|n1'");
    const states = await new SlurmLauncher(flags).query(['5_3', '5_4', '5_5']);
    expect(states.map(parts)).to.deep.equal([
      ['ended', 143, 'cancelled'],
      ['ended', 0, null],
      ['unknown', null, null],
    ]);
    await program('sacct', "echo 'Slurm accounting storage is disabled' >&2; exit 1");
    expect(parts((await new SlurmLauncher(flags).query(['5_3']))[0]!)).to.deep.equal(['unknown', null, null]);
  });

  it('are not guessed where squeue fails', async () => {
    await program('squeue', "echo 'squeue: error: Invalid job format specification: exit_code' >&2; exit 1");
    const error = await new SlurmLauncher(flags).query(['5_3']).catch((thrown: unknown) => thrown);
    expect(String(error)).to.include("Slurm's squeue failed: Invalid job format specification: exit_code.");
  });

  it('are asked for again where a signal ended the program', async () => {
    await withRows([{ array: '5', task: '3', job: '9', state: 'RUNNING' }]);
    const { path: real } = { path: join(folder, 'squeue') };
    await program('real', `cat <<'END'\n${line({ array: '5', task: '3', job: '9', state: 'RUNNING' })}\nEND`);
    await writeFile(
      real,
      `#!/bin/sh\n[ -e ${folder}/tried ] && exec ${folder}/real\ntouch ${folder}/tried\nkill -TERM $$\n`,
    );
    expect(parts((await new SlurmLauncher(flags).query(['5_3']))[0]!)).to.deep.equal(['running', null, null]);
  });
});
