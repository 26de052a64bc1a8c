import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { ForgeLibrary, readMetrics } from '@forge-ml/core';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { type Finished, forge, startForge } from '../cli/forge-process.js';
import { inTemporaryFolder } from './temporary-folder.js';

const run = promisify(execFile);
const folderOfPackage = fileURLToPath(new URL('../../../examples/plugins/sink-mlflow', import.meta.url));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** The part of the package's test server that this test uses. */
interface TrackingServer {
  readonly url: string;
  readonly requests: readonly { readonly path: string }[];
  readonly run: {
    readonly status: string;
    readonly params: ReadonlyMap<string, string>;
    readonly points: readonly { readonly key: string; readonly step: number; readonly value: number }[];
  };
  fate: () => 'answer' | 'hang' | { readonly status: number };
  readonly runs: ReadonlyMap<string, unknown>;
  until(what: () => boolean): Promise<void>;
  start(): Promise<TrackingServer>;
  stop(): Promise<void>;
}

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts', '--run-name', 'toy'];
const sending = (url: string) => [...configs, '--sink', 'mlflow', '--mlflow-url', url];

describe('examples: plugins/sink-mlflow', function () {
  this.timeout(120_000);
  let startServer: () => Promise<TrackingServer>;

  it('builds, and passes its own tests', async () => {
    const { stdout } = await run(npm, ['test'], { cwd: folderOfPackage });
    expect(stdout)
      .to.match(/\d{2,} passing/)
      .and.not.match(/failing|pending/);
    const support = pathToFileURL(join(folderOfPackage, 'dist/tracking-server.test.support.js')).href;
    const { TrackingServer: Server } = (await import(support)) as { TrackingServer: new () => TrackingServer };
    startServer = () => new Server().start();
  });

  /** Runs a test in a project with the toy backend and the packed plugin. */
  function inProject(work: (folder: string, server: TrackingServer) => Promise<void>): Promise<void> {
    return inTemporaryFolder(async (folder) => {
      await writeToyProject(folder);
      const { stdout } = await run(npm, ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
        cwd: folderOfPackage,
      });
      const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
      const installed = join(folder, 'node_modules', 'forge-sink-mlflow');
      await mkdir(installed);
      await run('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', installed]);
      const dependencies = { 'toy-plugin': '1.0.0', 'forge-sink-mlflow': '0.1.0' };
      await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'project', private: true, dependencies }));
      const server = await startServer();
      try {
        await work(folder, server);
      } finally {
        await server.stop();
      }
    });
  }

  it('forge train --sink mlflow: killed and resumed, one run with every point once', () =>
    inProject(async (cwd, server) => {
      const limits = ['--steps', '300', '--save-every', '50', '--report-every', '1', '--ms-per-step', '10'];
      const token = { MLFLOW_TRACKING_TOKEN: 'very-secret' };
      const first = startForge(['train', ...sending(server.url), ...limits], { cwd, env: token });
      let killed = false;
      const early = first.finished.then(({ stderr }) => killed || expect.fail(stderr));
      await Promise.race([server.until(() => server.runs.size > 0 && server.run.points.length >= 120), early]);
      killed = true;
      first.child.kill('SIGKILL');
      expect((await first.finished).status).to.equal(null);
      const resumed = await forge(['train', '--resume', 'toy'], { cwd, env: token });
      expect(resumed.status, resumed.stderr).to.equal(0);
      const logged: string[] = [];
      for await (const { split, step, values } of readMetrics(join(cwd, 'results/toy/1/metrics.jsonl'))) {
        for (const [name, value] of Object.entries(values)) logged.push(`${split}/${name} ${step} ${value}`);
      }
      expect(logged.length).to.be.greaterThan(300);
      const sent = server.run.points.map(({ key, step, value }) => `${key} ${step} ${value}`);
      expect(sent.toSorted()).to.deep.equal(logged.toSorted());
      expect(server.run.status).to.equal('FINISHED');
      expect(server.run.params.get('learningRate')).to.equal('0.05');
      const { stdout } = await run('grep', ['-rl', 'very-secret', join(cwd, 'results')]).catch((end: Finished) => end);
      expect(stdout).to.equal('');
    }));

  it('forge mlflow sync: sends what could not be sent to a dead server', () =>
    inProject(async (cwd, server) => {
      const { url } = server;
      const dead = new URL(url);
      dead.port = '9';
      const trained = await forge(['train', ...sending(dead.origin), '--steps', '20'], { cwd });
      expect(trained.status, trained.stderr).to.equal(0);
      expect(trained.stderr.match(/does not accept the metrics/g)).to.have.length(1);
      const synced = await forge(['mlflow', 'sync', 'toy/1', '--mlflow-url', url, '--json'], { cwd });
      expect(synced.status, synced.stderr).to.equal(0);
      expect(JSON.parse(synced.stdout)).to.include({ server: url, runId: 'run1' });
      expect(server.run.status).to.equal('FINISHED');
      expect(server.run.points.some(({ key, step }) => key === 'train/loss' && step === 20)).to.equal(true);
    }));

  it('forge train --sink mlflow without a server suggests --mlflow-url, and starts no run', () =>
    inProject(async (cwd) => {
      const { status, stderr } = await forge(['train', ...configs, '--sink', 'mlflow'], { cwd });
      expect(status).to.not.equal(0);
      expect(stderr).to.include('--mlflow-url');
      await readFile(join(cwd, 'results/toy/1/run.json')).then(
        () => expect.fail('there is a run'),
        () => undefined,
      );
    }));

  it('a server that is dead, hangs or answers errors does not slow the steps', () =>
    inProject(async (directory, server) => {
      const fates = {
        'no sink': undefined,
        answers: 'answer',
        hangs: 'hang',
        'answers 500': { status: 500 },
        'answers 429': { status: 429 },
        'is dead': 'dead',
      } as const;
      const times = Object.fromEntries(Object.keys(fates).map((name) => [name, [] as number[]]));
      for (let round = 0; round < 2; round++) {
        for (const [name, fate] of Object.entries(fates)) {
          server.fate = () => (fate === undefined || fate === 'dead' ? 'answer' : fate);
          const url = fate === 'dead' ? 'http://127.0.0.1:9' : server.url;
          times[name]!.push(await microsecondsPerStep(directory, fate === undefined ? configs : sending(url)));
        }
      }
      // The fastest round of each, because other load can only slow a round down.
      const alone = Math.min(...times['no sink']!);
      for (const [name, samples] of Object.entries(times)) {
        const ratio = Math.min(...samples) / alone;
        console.log(`      ${name}: ${Math.min(...samples).toFixed(0)} µs a step, ${ratio.toFixed(2)} ×`);
        expect(ratio, name).to.be.lessThan(2);
      }
    }));
});

/** Trains with a report at every step. @returns microseconds a step, from the first to the last */
async function microsecondsPerStep(directory: string, argv: readonly string[]): Promise<number> {
  const limits = [
    '--steps',
    '600',
    '--report-every',
    '1',
    '--hidden',
    '256',
    '--learning-rate',
    '1e-6',
    '--epochs',
    '100000',
    '--eval-every',
    '600',
  ];
  const forge = new ForgeLibrary({ directory, argv: [...argv, ...limits], warn: () => undefined });
  let [first, last] = [0, 0];
  const step = () => {
    last = performance.now();
    if (first === 0) first = last;
  };
  await forge.train(await forge.config(), { hooks: { step } });
  return ((last - first) / 599) * 1000;
}
