import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ForgeLibrary } from '@forge-ml/core';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { forge, startForge } from '../cli/forge-process.js';
import { inTemporaryFolder } from './temporary-folder.js';

const run = promisify(execFile);
const mirror = fileURLToPath(new URL('../../../examples/plugins/checkpoint-store-mirror', import.meta.url));
const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
const limits = ['--steps', '200', '--save-every', '20', '--report-every', '1'];
const mirrored = ['train', ...configs, ...limits, '--run-name', 'toy', '--checkpoint-store', 'mirror'];

describe('examples: plugins/checkpoint-store-mirror', function () {
  this.timeout(120_000);

  it('builds, and passes its own tests and the conformance suite', async () => {
    const { stdout } = await run('npm', ['test'], { cwd: mirror });
    expect(stdout)
      .to.include('checkpoint store conformance: mirror')
      .and.match(/\d{2,} passing/)
      .and.not.match(/failing|pending/);
  });

  /** A project with the toy backend that depends on the package as it would be published, and a folder to mirror to. */
  function inProject(work: (folder: string, uninstall: () => Promise<void>) => Promise<void>): Promise<void> {
    return inTemporaryFolder(async (folder) => {
      await writeToyProject(folder);
      const packing = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
      const { stdout: packed } = await run('npm', packing, { cwd: mirror });
      const installed = join(folder, 'node_modules', 'forge-checkpoint-store-mirror');
      await mkdir(installed);
      await run('tar', ['-xzf', join(folder, packed.trim()), '--strip-components=1', '-C', installed]);
      const dependencies = { 'toy-plugin': '1.0.0', 'forge-checkpoint-store-mirror': '0.1.0' };
      await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'project', private: true, dependencies }));
      await mkdir(join(folder, 'second-disk'));
      await work(folder, () => rename(installed, join(folder, 'uninstalled')));
    });
  }

  const tensorsAt = (checkpoints: string, step: number) =>
    Promise.all(
      ['parameters.safetensors', 'state.safetensors'].map((file) => readFile(join(checkpoints, String(step), file))),
    );

  async function metricsOf(results: string): Promise<string> {
    return (await readFile(join(results, 'metrics.jsonl'), 'utf8')).replace(/"time":[\d.]+,/g, '');
  }

  it('killed, its own checkpoints lost, resumed from the mirror: the same bits as never stopped', () =>
    inProject(async (cwd) => {
      const straight = await forge(['train', ...configs, ...limits, '--run-name', 'straight'], { cwd });
      expect(straight.status, straight.stderr).to.equal(0);
      const env = { FORGE_MIRROR: join(cwd, 'second-disk') };
      const first = startForge([...mirrored, '--ms-per-step', '5'], { cwd, env });
      const copies = async () => {
        const [of] = await readdir(join(cwd, 'second-disk'));
        const names = of === undefined ? [] : await readdir(join(cwd, 'second-disk', of)).catch(() => []);
        return names.filter((name) => /^\d+$/.test(name)).map(Number);
      };
      const ended = first.finished.then(({ stderr }) => stderr);
      while ((await copies()).length < 2) {
        const early = await Promise.race([ended, delay(5)]);
        if (early !== undefined) expect.fail(early);
      }
      first.child.kill('SIGKILL');
      expect((await first.finished).status).to.equal(null);
      const newest = Math.max(...(await copies()));
      const folder = join(cwd, 'results', 'toy', '1');
      await rm(join(folder, 'checkpoints'), { recursive: true });
      const loaded = await loadedStep(cwd, env.FORGE_MIRROR);
      expect(loaded).to.equal(newest);

      const resumed = await forge(['train', '--resume', 'toy', '--json'], { cwd, env });
      expect(resumed.status, resumed.stderr).to.equal(0);
      expect(resumed.stderr).to.include(`Checkpoint ${newest} is loaded from ${join(cwd, 'second-disk', 'toy-1-')}`);
      const record = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'));
      expect(record.resumes.map(({ step }: { step: number }) => step)).to.deep.equal([newest]);
      const wanted = await tensorsAt(join(cwd, 'results/straight/1/checkpoints'), 200);
      expect(await tensorsAt(join(folder, 'checkpoints'), 200)).to.deep.equal(wanted);
      const [of] = await readdir(join(cwd, 'second-disk'));
      expect(await tensorsAt(join(cwd, 'second-disk', of!), 200)).to.deep.equal(wanted);
      expect(await metricsOf(folder)).to.equal(await metricsOf(join(cwd, 'results/straight/1')));
    }));

  /** What `Forge.loadFromCheckpoint` of a script gets. */
  async function loadedStep(directory: string, folder: string): Promise<number> {
    process.env.FORGE_MIRROR = folder;
    try {
      const library = new ForgeLibrary({ directory, argv: [], warn: () => undefined });
      const loaded = await library.loadFromCheckpoint(join(directory, 'results', 'toy', '1'));
      await loaded.dispose();
      return loaded.step;
    } finally {
      delete process.env.FORGE_MIRROR;
    }
  }

  it('uninstalled: looking works, a resume says what to install', () =>
    inProject(async (cwd, uninstall) => {
      const trained = await forge([...mirrored, '--mirror', 'second-disk'], { cwd });
      expect(trained.status, trained.stderr).to.equal(0);
      await uninstall();
      for (const looking of [['runs'], ['runs', 'show', 'toy/1'], ['runs', 'verify', 'toy/1', '--deep']]) {
        const looked = await forge(looking, { cwd });
        expect([looked.status, looked.stderr], looking.join(' ')).to.deep.equal([0, '']);
      }
      const further = ['--steps', '400', '--override'];
      const resumed = await forge(['train', '--resume', 'toy', ...further], { cwd });
      expect(resumed.status).to.equal(2);
      expect(resumed.stderr)
        .to.include('toy/1 needs the checkpoint store "mirror", which is not installed.')
        .and.match(/Install the plugin that provides it: .* PACKAGE/);
    }));

  it('without a folder to copy to: says what to name, and makes no run', () =>
    inProject(async (cwd) => {
      const { status, stderr } = await forge(mirrored, { cwd });
      expect(status).to.equal(2);
      expect(stderr).to.include('--mirror FOLDER, or the environment variable FORGE_MIRROR');
      expect(await readdir(join(cwd, 'results', 'toy')).catch(() => [])).to.not.include('1');
    }));
});
