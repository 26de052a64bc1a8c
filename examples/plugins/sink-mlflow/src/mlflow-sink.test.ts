import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { record, stepsOf, upTo, useSinkRun } from './sink-run.test.support.js';
import { TrackingServer } from './tracking-server.test.support.js';

describe('MlflowSink', function () {
  this.timeout(20_000);
  const test = useSinkRun();

  it('creates the experiment and the run, and logs params once, every point in order, and the status', async () => {
    const sink = await test.open({ config: { learningRate: 0.1, name: 'a', keep: null } });
    sink.write(record(1, { loss: 0.5, 'f1 (macro)': Number.NaN }));
    sink.write({ ...record(1), split: 'valid', values: { loss: Infinity } });
    for (const step of upTo(2500, 2)) sink.write(record(step));
    await sink.close({ status: 'completed' });
    const { run, experiments, requests } = test.server;
    expect([...experiments.keys()]).to.deep.equal(['digits']);
    expect(run).to.include({ name: 'digits/3', status: 'FINISHED' });
    expect(run.endTime).to.be.within(Date.now() - 60_000, Date.now());
    expect(Object.fromEntries(run.params)).to.deep.equal({ learningRate: '0.1', name: 'a', keep: 'null' });
    expect(run.points[0]).to.deep.equal({ key: 'train/loss', value: 0.5, timestamp: 1_700_000_000_001, step: 1 });
    expect(run.points.slice(1, 3).map(({ key, value }) => [key, value])).to.deep.equal([
      ['train/f1 _macro_', Number.NaN],
      ['valid/loss', Infinity],
    ]);
    expect(stepsOf(run.points)).to.deep.equal(upTo(2500));
    expect(requests.map(({ path }) => path)).to.deep.equal([
      'experiments/get-by-name',
      'experiments/create',
      'runs/create',
      ...Array(requests.length - 4).fill('runs/log-batch'),
      'runs/update',
    ]);
    expect(requests.length).to.be.lessThan(9);
    expect(test.warnings).to.deep.equal([]);
  });

  it('sends in the background, without a flush', async () => {
    const sink = await test.open();
    sink.write(record(1));
    await test.server.until(() => test.server.runs.size === 1 && test.server.run.points.length === 1);
    await sink.close({ status: 'stopped' });
    expect(test.server.run.status).to.equal('KILLED');
  });

  it('continues the same run after a resume: no point twice, none lost, changed flags as tags', async () => {
    const first = await test.open();
    for (const step of upTo(57)) first.write(record(step));
    await first.close();
    const again = await test.open({ resumedAt: 50, config: { learningRate: 0.2 } });
    // The steps after the checkpoint are repeated, later and with the same values.
    for (const step of upTo(80, 51)) again.write({ ...record(step), time: record(step).time + 9_000 });
    await again.close({ status: 'completed' });
    expect(stepsOf(test.server.run.points)).to.deep.equal(upTo(80));
    expect(test.server.run.status).to.equal('FINISHED');
    expect(test.server.run.params.get('learningRate')).to.equal('0.1');
    expect(test.server.run.tags.get('forge.resumed.learningRate')).to.equal('0.2');
  });

  it('sends a point again if its value differs', async () => {
    const first = await test.open();
    for (const step of upTo(3)) first.write(record(step));
    await first.close();
    const again = await test.open({ resumedAt: 1 });
    again.write(record(2));
    again.write(record(3, { loss: 7 }));
    await again.close();
    expect(test.server.run.points.map(({ step, value }) => [step, value])).to.deep.equal([
      [1, 1],
      [2, 1 / 2],
      [3, 1 / 3],
      [3, 7],
    ]);
  });

  it('finds the run and the points whose acknowledgement was lost', async () => {
    // The server executes each call once and then breaks the connection.
    const cut = new Set<string>();
    test.server.fate = (path) => {
      if (cut.has(path) || path.startsWith('experiments/get') || path.startsWith('runs/search')) return 'answer';
      cut.add(path);
      return 'cut';
    };
    const sink = await test.open();
    for (const step of upTo(20)) sink.write(record(step, { loss: step, accuracy: Number.NaN }));
    await test.server.until(() => test.server.requests.filter(({ path }) => path === 'runs/log-batch').length > 1);
    await sink.close({ status: 'completed' });
    expect([...cut]).to.include.members([
      'experiments/create',
      'runs/create',
      'runs/log-batch',
      'runs/update',
      'metrics/get-history',
    ]);
    expect(stepsOf(test.server.run.points)).to.deep.equal(upTo(20));
    expect(stepsOf(test.server.run.points, 'train/accuracy')).to.deep.equal(upTo(20));
    expect(test.server.run.status).to.equal('FINISHED');
    expect(test.warnings).to.have.length(1);
  });

  it('waits as long as a busy server requests', async () => {
    test.server.fate = (path, count) =>
      path === 'runs/create' && count < 4 ? { status: 429, retryAfter: '1' } : 'answer';
    const sink = await test.open();
    sink.write(record(1));
    await test.server.until(() => test.server.runs.size === 1);
    const creations = test.server.requests.filter(({ path }) => path === 'runs/create').map(({ at }) => at);
    expect(creations).to.have.length(2);
    expect(creations[1]! - creations[0]!).to.be.within(950, 2_500);
    expect(test.server.requests.some(({ path }) => path === 'runs/search')).to.equal(false);
    await sink.close();
  });

  it('keeps everything if the server is down, warns once, and sends it when the run is resumed', async () => {
    const dead = await new TrackingServer().start();
    const url = dead.url;
    await dead.stop();
    const sink = await test.open({ url });
    for (const step of upTo(10)) sink.write(record(step));
    const start = performance.now();
    await sink.close({ status: 'stopped' });
    expect(performance.now() - start).to.be.lessThan(2_500);
    expect(test.warnings).to.have.length(1);
    expect(test.warnings[0]).to.match(
      /^MLflow at http:\S+ does not accept the metrics \(ECONNREFUSED\)\. Buffering them in .*spool\.jsonl/,
    );
    const again = await test.open({ resumedAt: 10 });
    for (const step of upTo(12, 11)) again.write(record(step));
    await again.close({ status: 'completed' });
    expect(stepsOf(test.server.run.points)).to.deep.equal(upTo(12));
    expect(test.server.run.status).to.equal('FINISHED');
  });

  it('ends a run within seconds if the server never answers', async () => {
    test.server.fate = () => 'hang';
    const sink = await test.open({ timeout: 60_000 });
    sink.write(record(1));
    const start = performance.now();
    await sink.close({ status: 'completed' });
    expect(performance.now() - start).to.be.within(900, 2_500);
  });

  it('stops at a permanent error, and suggests the next step', async () => {
    test.server.fate = () => ({ status: 401 });
    const sink = await test.open();
    sink.write(record(1));
    await sink.close({ status: 'completed' });
    expect(test.server.requests).to.have.length(1);
    expect(test.warnings[0]).to.match(/status 401.*Once that is fixed: forge mlflow sync/);
  });

  it('sends credentials to the server, and writes them to no file', async () => {
    const sink = await test.open({ authorization: 'Bearer very-secret' });
    sink.write(record(1));
    await sink.close({ status: 'completed' });
    expect(new Set(test.server.requests.map(({ authorization }) => authorization))).to.deep.equal(
      new Set(['Bearer very-secret']),
    );
    const files = readdirSync(join(test.folder, 'mlflow'));
    expect(files.toSorted()).to.deep.equal(['sent.json', 'spool.jsonl']);
    for (const file of files) expect(readFileSync(join(test.folder, 'mlflow', file), 'utf8')).not.to.match(/secret/);
  });
});
