import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describeOnSlurm } from './cluster.js';
import { type FakeBatch, submitFakes } from './fake-batch.js';
import type { SlurmFlags } from './flags.js';

const inOrder = (count: number) => Array.from({ length: count }, (_, step) => step);
// Slurm counts time limits in minutes, and looks for them every few seconds.
const short = { time: '1', grace: 55 };

describeOnSlurm('jobs of Slurm that are ended early', (cluster) => {
  let folder: string;
  const batches: Promise<FakeBatch>[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-slurm-jobs-'));
    // All at once: they mostly wait for Slurm.
    for (const { name, flags, steps } of Object.values(batch)) batches.push(submitFakes(folder, name, flags, steps));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const batch = {
    limit: { name: 'limit', flags: short, steps: 300 },
    resubmitted: { name: 'resubmitted', flags: { ...short, sbatch: '--no-requeue' }, steps: 300 },
    twice: { name: 'twice', flags: { ...short, sbatch: '--no-requeue' }, steps: 700 },
    terminated: { name: 'terminated', flags: {}, steps: 100 },
    cancelled: { name: 'cancelled', flags: {}, steps: 1000 },
    preempted: { name: 'preempted', flags: { partition: 'requeue', sbatch: '--exclusive' }, steps: 250 },
  } satisfies Record<string, { name: string; flags: Partial<SlurmFlags>; steps: number }>;
  const names = Object.keys(batch);
  const started = async (name: keyof typeof batch) => {
    const fakes = await batches[names.indexOf(name)]!;
    await fakes.until('its start', async () => (await fakes.events(0)).length > 0);
    return fakes;
  };

  it('cancelled by the user: saved, and not started again', async () => {
    const fakes = await started('cancelled');
    await fakes.launcher.cancel(fakes.ids);
    const [state] = await fakes.ended();
    expect(state!.reason).to.equal('cancelled');
    expect(await fakes.events(0)).to.deep.equal(['start 0', 'SIGTERM cancelled']);
  });

  it('SIGTERM alone, long before the limit: saved, requeued, continued', async () => {
    const fakes = await started('terminated');
    await cluster().run('scancel', '--batch', '--signal=TERM', fakes.ids[0]!);
    await fakes.until('its end', async () => (await fakes.events(0)).includes('end'));
    expect((await fakes.ended())[0]).to.include({ state: 'ended', status: 0 });
    expect(await fakes.events(0)).to.deep.equal(['start 0', 'SIGTERM requeued', 'start 1', 'end']);
    expect(await fakes.steps(0)).to.deep.equal(inOrder(100));
  });

  it('preempted by Slurm, which requeues it: continued, and requeued once', async () => {
    const fakes = await started('preempted');
    await cluster().run('sbatch', '--partition=urgent', '--exclusive', '--output=/dev/null', '--wrap=sleep 2');
    await fakes.until('its end', async () => (await fakes.events(0)).includes('end'));
    expect((await fakes.ended())[0]).to.include({ state: 'ended', status: 0 });
    expect(await fakes.events(0)).to.deep.equal(['start 0', 'SIGTERM requeued', 'start 1', 'end']);
    expect(await fakes.steps(0)).to.deep.equal(inOrder(250));
  });

  it('preempted by Slurm, which only cancels it: requeued by itself', async () => {
    const fakes = await submitFakes(folder, 'given-way', { partition: 'cancel', sbatch: '--exclusive' }, 100);
    await fakes.until('its start', async () => (await fakes.events(0)).length > 0);
    await cluster().run('sbatch', '--partition=urgent', '--exclusive', '--output=/dev/null', '--wrap=sleep 2');
    await fakes.until('its end', async () => (await fakes.events(0)).includes('end'));
    expect(await fakes.events(0)).to.deep.equal(['start 0', 'SIGTERM requeued', 'start 1', 'end']);
    expect(await fakes.steps(0)).to.deep.equal(inOrder(100));
  });

  it('before the time limit: saved, requeued, continued', async () => {
    const fakes = await started('limit');
    await fakes.until('its end', async () => (await fakes.events(0)).includes('end'));
    expect((await fakes.ended())[0]).to.include({ state: 'ended', status: 0 });
    const events = await fakes.events(0);
    expect(events.slice(0, 3)).to.deep.equal(['start 0', 'SIGUSR2 requeued', 'start 1']);
    expect(await fakes.steps(0)).to.deep.equal(inOrder(300));
  });

  it('before the time limit, where requeueing is refused: saved, submitted again, continued under the same id', async () => {
    const fakes = await started('resubmitted');
    await fakes.until('its end', async () => (await fakes.events(0)).includes('end'));
    expect((await fakes.ended())[0]).to.include({ state: 'ended', status: 0 });
    const events = await fakes.events(0);
    expect(events.slice(0, 3)).to.deep.equal(['start 0', 'SIGUSR2 resubmitted', 'start 1']);
    expect(await fakes.steps(0)).to.deep.equal(inOrder(300));
    expect(await fakes.launcher.find(fakes.batch)).to.deep.equal(fakes.ids);
  });

  it('submitted again by a job that was itself submitted again', async () => {
    const fakes = await started('twice');
    await fakes.until('its end', async () => (await fakes.events(0)).includes('end'));
    const events = (await fakes.events(0)).filter((line) => line.startsWith('start'));
    expect(events.length).to.be.greaterThan(2);
    expect(events).to.deep.equal(events.map((_, restart) => `start ${restart}`));
    expect((await fakes.ended())[0]).to.include({ state: 'ended', status: 0 });
    expect(await fakes.steps(0)).to.deep.equal(inOrder(700));
  });
});
