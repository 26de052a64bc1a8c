import { spawnSync } from 'node:child_process';
import { appendFile, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { cleanEnvironment, forge } from './forge-process.js';

const bin = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));
const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
const settings = [...configs, '--run-name', 'line', '--steps', '6', '--report-every', '1'];

describe('forge runs export', () => {
  let cwd: string;
  let log: string;
  before(async () => {
    cwd = await makeFolder();
    await writeToyProject(cwd);
    for (const seed of ['0', '1']) {
      expect((await forge(['train', ...settings, '--seed', seed], { cwd })).status).to.equal(0);
    }
    log = join(cwd, 'results', 'line', '1', 'metrics.jsonl');
    const special = '"a":"NaN","b":"-Infinity","c":-0,"d":5e-324';
    await appendFile(log, `{"step":7,"epoch":1,"time":1,"split":"extra","values":{${special}}}\n`);
  });
  after(() => removeFolder(cwd));

  const run = (...words: string[]) => forge(['runs', 'export', ...words], { cwd });

  it('writes every number of several runs, exactly', async () => {
    const { status, stdout, stderr } = await run('line/1', 'line/2', '--out', 'all.csv');
    expect([status, stderr]).to.deep.equal([0, '']);
    const lines = (await readFile(join(cwd, 'all.csv'), 'utf8')).trimEnd().split('\n');
    expect(stdout).to.equal(
      `Wrote ${lines.length - 1} numbers of 2 runs to all.csv, without loss: each reads back exactly.\n`,
    );
    const logged = (await readFile(log, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const expected = logged.flatMap(({ step, epoch, time, split, values }) =>
      Object.entries(values).map(
        ([name, value]) => `line/1,${step},${epoch},${time},${split},${name},${Object.is(value, -0) ? '-0' : value}`,
      ),
    );
    expect(lines.filter((line) => line.startsWith('line/1,'))).to.deep.equal(expected);
    expect(expected.slice(-4).map((line) => line.split(',').at(-1))).to.deep.equal([
      'NaN',
      '-Infinity',
      '-0',
      '5e-324',
    ]);
    expect(lines.some((line) => line.startsWith('line/2,6,'))).to.equal(true);
  });

  it('writes to stdout, and ends when the reader does', async () => {
    const { stdout } = await run('line/2', '--format', 'jsonl', '--flags');
    for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line).flags.seed).to.equal(1);
    const command = `'${process.execPath}' '${bin}' runs export line/1 | head -n 1`;
    const env = cleanEnvironment();
    const piped = spawnSync('bash', ['-o', 'pipefail', '-c', command], { cwd, encoding: 'utf8', env });
    expect([piped.status, piped.stdout, piped.stderr]).to.deep.equal([0, 'run,step,epoch,time,split,name,value\n', '']);
  });

  it('describes with --json what it wrote', async () => {
    const { stdout } = await run('line/2', '--out', 'two.jsonl', '--json');
    const { points, ...rest } = JSON.parse(stdout);
    expect(rest).to.deep.equal({ out: 'two.jsonl', format: 'jsonl', runs: [join(cwd, 'results', 'line', '2')] });
    expect((await readFile(join(cwd, 'two.jsonl'), 'utf8')).split('\n')).to.have.length(points + 1);
  });

  it('says in one line what is wrong, and writes nothing then', async () => {
    await writeFile(join(cwd, 'kept.csv'), 'kept');
    await symlink('kept.csv', join(cwd, 'link.csv'));
    const wrong: readonly (readonly [words: string[], message: RegExp])[] = [
      [['line', '--out', 'kept.csv'], /^Error: \S*kept\.csv already exists\.\n.*--force/],
      [['line', '--out', 'link.csv'], /^Error: \S*link\.csv already exists\.\n/],
      [['line', '--out', 'x.parquet'], /^Error: The extension of x\.parquet names no format\.\n.*--format csv/],
      [['line', '--format', 'xml'], /^Error: --format takes one of csv, jsonl/],
      [['line/1', 'line/1', '--out', 'x.csv'], /^Error: line\/1 is given twice\./],
      [['line/1', '--out', 'results/line/1/metrics.jsonl', '--force'], /is in the folder of the run .*\n.*outside/],
      [['line', '--force'], /^Error: --force requires --out\./],
      [['other'], /^Error: There is no run "other"/],
      [[], /^Error: forge runs export requires a RUN\./],
    ];
    for (const [words, message] of wrong) {
      const { status, stdout, stderr } = await run(...words);
      expect([status, stdout], words.join(' ')).to.deep.equal([2, '']);
      expect(stderr).to.match(message);
    }
    expect(await readFile(join(cwd, 'kept.csv'), 'utf8')).to.equal('kept');
    expect(JSON.parse((await run('line', '--json')).stdout).error.message).to.include('--out');
    await rm(join(cwd, 'link.csv'));
    await writeFile(log, `${await readFile(log, 'utf8')}not JSON\n`);
    const broken = await run('line/1', '--out', 'broken.csv');
    expect([broken.status, broken.stdout]).to.deep.equal([2, '']);
    expect(broken.stderr).to.match(/^Error: Line \d+ of \S*metrics\.jsonl is not a metric record/);
    const left = spawnSync('ls', ['-A'], { cwd, encoding: 'utf8' }).stdout;
    expect(left).to.not.include('broken').and.not.include('x.csv').and.not.include('writing');
  });
});
