import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Forge } from '@forge-ml/core';
import { runPluginCommand } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { record, stepsOf, upTo, useSinkRun } from './sink-run.test.support.js';
import { syncCommand } from './sync-command.js';

describe('forge mlflow sync', () => {
  const test = useSinkRun();
  const request = (run: string) => ({
    words: [run],
    flags: { mlflowUrl: null, resultsDir: join(test.folder, 'results') },
    directory: test.folder,
    forge: Forge,
  });

  /** Creates a run folder with a run.json of that status. */
  function runFolder(status: 'completed' | 'running'): string {
    const folder = join(test.folder, 'results', 'digits', '3');
    mkdirSync(folder, { recursive: true });
    const time = '2026-01-01T00:00:00.000Z';
    const startTime = Math.round(Date.now() - process.uptime() * 1000);
    const run = {
      ...{ formatVersion: 1, experiment: 'digits', number: 3, status, created: time, ended: time, reason: null },
      ...{ command: [], directory: '/', process: { host: hostname(), pid: process.pid, startTime }, host: {} },
      ...{ versions: {}, backend: { name: 'toy', package: 'toy', version: '1.0.0' }, git: null, batch: {}, step: 5 },
      ...{
        engine: { backend: 'toy', engine: 'cpu', device: 'cpu', versions: {}, settings: {}, warnings: [] },
        epoch: 0,
        metrics: {},
        resumes: [],
      },
    };
    writeFileSync(join(folder, 'run.json'), JSON.stringify(run));
    return folder;
  }

  it('sends what could not be sent to a dead server, once', async () => {
    const folder = runFolder('completed');
    test.server.fate = () => ({ status: 503 });
    const sink = await test.open({ folder });
    for (const step of upTo(5)) sink.write(record(step));
    await sink.close({ status: 'completed' });
    expect(test.server.runs.size).to.equal(0);
    test.server.fate = () => 'answer';
    const { data, text } = await runPluginCommand(syncCommand, request('digits/3'));
    expect(text).to.match(/^Sent \d+ bytes to http:\S+: MLflow is up to date\.$/);
    expect(data).to.include({ run: folder, runId: 'run1' });
    expect(stepsOf(test.server.run.points)).to.deep.equal(upTo(5));
    expect(test.server.run.status).to.equal('FINISHED');
    expect((await runPluginCommand(syncCommand, request(folder))).text).to.equal('MLflow is already up to date.');
    expect(stepsOf(test.server.run.points)).to.deep.equal(upTo(5));
  });

  it('reports why it cannot send', async () => {
    const folder = runFolder('completed');
    const failure = (run: string) =>
      runPluginCommand(syncCommand, request(run)).then(
        () => 'none',
        (error: Error) => error.message,
      );
    expect(await failure('digits/3')).to.match(/without --sink mlflow/);
    expect(await failure('digits/4')).to.match(/no run "digits\/4"/);
    test.server.fate = () => ({ status: 503 });
    await (await test.open({ folder })).close();
    expect(await failure('digits/3')).to.match(
      /does not accept the metrics \(status 503\); \d+ bytes are not sent yet/,
    );
    runFolder('running');
    expect(await failure('digits/3')).to.match(/still being trained/);
  });
});
