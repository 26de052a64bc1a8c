import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { forge, startForge } from './forge-process.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
const named = ['train', ...configs, '--run-name', 'line'];
const train = [...named, '--steps', '12'];

async function flagsOf(cwd: string, number: number): Promise<Record<string, { value: unknown; source: string }>> {
  return JSON.parse(await readFile(join(cwd, 'results/line', String(number), 'flags.json'), 'utf8')).flags;
}

describe('forge train --repeat', () => {
  it('trains runs with the next seeds, each as if it was trained alone, and summarizes them', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const { status, stdout, stderr } = await forge([...train, '--repeat', '3', '--seed', '4'], { cwd });
      expect([status, stderr]).to.deep.equal([0, '']);
      expect([...stdout.matchAll(/^Run .*$/gm)].map(([line]) => line)).to.deep.equal([
        'Run 1 of 3, seed 4',
        'Run 2 of 3, seed 5',
        'Run 3 of 3, seed 6',
      ]);
      const [list, statistics] = stdout.trimEnd().split('\n\n').slice(-2);
      expect(list!.split('\n')).to.have.length(4);
      expect(list).to.match(
        /^RUN +seed +STATUS +STEP +valid\.loss +best\.valid\.loss\nline\/1 +4 +completed +12 +0\.\d/,
      );
      expect(statistics).to.match(
        /^ +RUNS +MEDIAN +MEAN ± SD +MIN +MAX\nvalid\.loss +3 +\S+ +\S+ ± \S+ +\S+ +\S+\nbest\./,
      );

      const { seed, steps } = await flagsOf(cwd, 2);
      expect([seed, steps]).to.deep.equal([
        { value: 5, source: 'command line' },
        { value: 12, source: 'command line' },
      ]);
      await forge([...train, '--seed', '6'], { cwd });
      const bytes = (number: number) =>
        readFile(join(cwd, `results/line/${number}/checkpoints/12/parameters.safetensors`));
      expect((await bytes(4)).equals(await bytes(3))).to.equal(true);
      expect((await bytes(4)).equals(await bytes(2))).to.equal(false);

      const grouped = await forge(['runs', 'line', '--group', 'configuration', '--json'], { cwd });
      const { groups } = JSON.parse(grouped.stdout);
      expect(groups.map(({ runs }: { runs: string[] }) => runs)).to.deep.equal([
        ['line/1', 'line/2', 'line/3', 'line/4'],
      ]);
    }));

  it('prints one object with --json', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const { status, stdout, stderr } = await forge([...train, '--repeat=3', '--json'], { cwd });
      expect([status, stderr]).to.deep.equal([0, '']);
      const { runs, summary, seedsLeft, ...rest } = JSON.parse(stdout);
      expect([seedsLeft, rest]).to.deep.equal([[], {}]);
      expect(runs.map(({ seed, number, status }: Record<string, unknown>) => [seed, number, status])).to.deep.equal([
        [0, 1, 'completed'],
        [1, 2, 'completed'],
        [2, 3, 'completed'],
      ]);
      const losses = runs.map(({ metrics }: { metrics: { valid: { loss: number } } }) => metrics.valid.loss).sort();
      expect(Object.keys(summary)[0]).to.equal('last.valid.loss');
      expect(summary['last.valid.loss']).to.include({ count: 3, min: losses[0], median: losses[1], max: losses[2] });
      expect(summary['last.valid.loss'].mean).to.be.closeTo((losses[0] + losses[1] + losses[2]) / 3, 1e-12);
    }));

  it('reports a failed run with its status, what was done before, and how to train the rest', () =>
    inFolder(async (cwd) => {
      const { model } = await writeToyProject(cwd);
      const source = await readFile(model, 'utf8');
      // The loss becomes infinite with the third seed.
      await writeFile(
        model,
        source.replace(
          "inputs: 'x', targets: 'y', hidden, learningRate,",
          "inputs: 'x', targets: 'y', hidden, learningRate: flags.seed === 2 ? 1e30 : learningRate,",
        ),
      );
      const { status, stdout, stderr } = await forge([...named, '--repeat', '4', '--steps=400'], { cwd });
      expect(status).to.equal(1);
      expect(stderr).to.match(/^line\/3 failed; .*\nError: loss became \S+ at step \d+\.\n {2}→ /);
      expect(stdout)
        .to.match(/^line\/2 +1 +completed/m)
        .and.to.match(/^valid\.loss +2 /m);
      expect(stdout.trimEnd().split('\n').at(-1)).to.equal(
        `Seed 3 was not trained. To train it: forge ${named.join(' ')} --steps=400 --seed 3`,
      );
      const json = await forge([...named, '--repeat', '3', '--steps=400', '--json'], { cwd });
      const { error, runs, seedsLeft } = JSON.parse(json.stdout);
      expect([json.status, error.code, runs.length, seedsLeft]).to.deep.equal([1, 'LOSS_NOT_FINITE', 2, []]);
    }));

  it('stops the current run in order on Ctrl-C, and trains no more', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const slow = [...named, '--epochs', '1000', '--ms-per-step', '20', '--report-every', '1'];
      const { child, said, finished } = startForge([...slow, '--repeat', '3'], { cwd });
      await said(/^step \d+\/\d+ {2}epoch 1/m);
      child.kill('SIGINT');
      const { status, stdout, stderr } = await finished;
      expect([status, stderr]).to.deep.equal([130, '']);
      expect(stdout).to.match(/^Stopped at step \d+ .*forge train --resume line\/1$/m);
      expect(stdout)
        .to.match(/^line\/1 +0 +stopped/m)
        .and.not.include('MEDIAN');
      expect(stdout).to.match(/^Seeds 1 and 2 were not trained\. .*--seed 1 --repeat 2$/m);
      expect(JSON.parse((await forge(['runs', '--json'], { cwd })).stdout).runs).to.have.length(1);
    }));

  it('warns if the code changes in between', () =>
    inFolder(async (cwd) => {
      const { model } = await writeToyProject(cwd);
      const { said, finished } = startForge([...train, '--repeat', '2', '--ms-per-step', '60'], { cwd });
      await said(/^toy, engine/m);
      await sleep(100);
      await writeFile(model, `${await readFile(model, 'utf8')}\n// changed\n`);
      const { status, stderr } = await finished;
      expect([status, stderr]).to.deep.equal([
        0,
        'Warning: The code has changed since the first of these runs: that of seed 1 and later ones is newer.\n',
      ]);
    }));

  it('is refused where one run is meant, in one line, and nothing is started', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const refused = async (words: string[], env = {}) => {
        const { status, stderr } = await forge(words, { cwd, env });
        expect(status).to.equal(2);
        return stderr.split('\n')[0];
      };
      const repeat = [...train, '--repeat', '3'];
      const together = (other: string) => `Error: --repeat and --${other} cannot be used together.`;
      expect(await refused(['train', '--repeat', '3', '--resume'])).to.equal(together('resume'));
      expect(await refused([...repeat, '--resume', 'line'])).to.equal(together('resume'));
      expect(await refused([...repeat, '--dry-run'])).to.equal(together('dry-run'));
      expect(await refused([...repeat, '--launcher', 'local'])).to.equal(together('launcher local'));
      expect(await refused(repeat, { FORGE_FLAG_LAUNCHER: 'local' })).to.equal(together('launcher local'));
      expect(await refused([...train, '--repeat', '0'])).to.equal('Error: --repeat must be at least 1, not "0".');
      expect(await refused(train, { FORGE_FLAG_REPEAT: '3' })).to.include('read from the command line only');
      expect(await refused(['find-lr', ...configs, '--repeat', '3'])).to.include('only forge train has it');
      await writeFile(join(cwd, 'forge.config.ts'), 'export default { repeat: 3 };\n');
      expect(await refused(train)).to.include('The project file sets repeat');
      expect(JSON.parse((await forge(['runs', '--json'], { cwd })).stdout).runs).to.have.length(0);
    }));
});
