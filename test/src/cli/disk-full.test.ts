import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge, startForge } from './forge-process.js';

const train = ['train', '--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];

describe('forge train on a full disk', () => {
  let cwd: string;
  let results: string;
  let mounted = false;
  before(async function () {
    cwd = await makeFolder();
    await writeToyProject(cwd);
    results = join(cwd, 'results');
    await mkdir(results);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'forge-test', results], { stdio: 'pipe' });
      mounted = true;
    } catch (error) {
      console.log(`      skipped: a small file system cannot be mounted here (${String(error).split('\n')[0]})`);
      this.skip();
    }
  });
  after(async () => {
    if (mounted) execFileSync('umount', [results]);
    await removeFolder(cwd);
  });

  it('buffers metrics while the disk is full, and writes them once there is space', async function () {
    this.timeout(60_000);
    const ballast = join(results, 'ballast');
    const slow = [...train, '--run-name', 'filled', '--steps', '1500', '--ms-per-step', '3', '--report-every', '1'];
    const { said, finished } = startForge([...slow, '--save-every', '700'], { cwd });
    await said(/step \d+\/1500/);
    const { bavail, bsize } = await statfs(results);
    await writeFile(ballast, new Uint8Array(bavail * bsize)).catch(() => undefined);
    await said(/metrics\.jsonl is unavailable; buffering metrics: /, 'stderr');
    await rm(ballast);
    const { status, stderr } = await finished;
    expect([status, /metrics\.jsonl is available again; no metrics were lost\./.test(stderr)], stderr).to.deep.equal([
      0,
      true,
    ]);
    const lines = (await readFile(join(results, 'filled/1/metrics.jsonl'), 'utf8')).trim().split('\n');
    const steps = lines.map((line) => JSON.parse(line)).filter(({ split }) => split === 'train');
    expect(steps.map(({ step }) => step)).to.deep.equal(Array.from({ length: 1500 }, (_, index) => index + 1));
    await rm(join(results, 'filled'), { recursive: true });
  });

  it('warns, retries, and fails in one line if the disk fills up during training; earlier checkpoints load', async function () {
    this.timeout(60_000);
    const words = [...train, '--run-name', 'line', '--steps', '4000', '--save-every', '1', '--keep', 'all'];
    const { status, stderr } = await forge(words, { cwd });
    expect(stderr).to.match(
      /^(Warning: .*the disk is full\. Retrying in [15] s\.\n)+line\/1 failed; its checkpoints are in results\/line\/1\nError: .*the disk is full\.\n {2}→ .+\n$/,
    );
    expect(status).to.equal(1);
    const { runs } = JSON.parse((await forge(['runs', '--json'], { cwd })).stdout);
    expect(runs[0].status).to.be.oneOf(['failed', 'crashed']);
    const evaluated = await forge(['eval', 'line', '--json'], { cwd });
    expect([evaluated.status, evaluated.stderr]).to.deep.equal([0, '']);
    expect(JSON.parse(evaluated.stdout).step).to.be.greaterThan(5);
  });

  it('fails in one line if the disk was full at the start, and leaves no run', async () => {
    const { bavail, bsize } = await statfs(results);
    await writeFile(join(results, 'ballast'), new Uint8Array(bavail * bsize)).catch(() => undefined);
    const { status, stderr, stdout } = await forge([...train, '--run-name', 'late', '--steps', '5'], { cwd });
    expect([status, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.match(/^Error: .*the disk is full\.\n {2}→ .+\n$/);
    const remaining = await readdir(join(results, 'late')).catch(() => []);
    expect(remaining.filter((name) => name !== '.numbers')).to.deep.equal([]);
  });
});
