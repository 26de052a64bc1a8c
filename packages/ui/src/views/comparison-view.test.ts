import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { codeDiffView } from './code-diff-view.js';
import { comparisonView } from './comparison-view.js';
import { importanceView, importanceViews } from './importance-view.js';
import { changeJson, changeRun, trainAgain, trainToy, useFolder, viewedRun } from './trained-run.test.support.js';
import type { ViewedRun } from './viewed-run.js';

const words = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts', '--run-name', 'toy'];

describe('a comparison', () => {
  const folder = useFolder();

  it('has the flags, facts and metrics of runs, and which differ only in the seed', async () => {
    const first = await trainToy(folder(), ['--steps', '2']);
    const second = await trainAgain(folder(), [...words, '--steps', '2', '--seed', '7']);
    const third = await trainAgain(folder(), [...words, '--steps', '2', '--hidden', '5']);
    const { runs, rows, metrics, failed } = await comparisonView([first, second, third]);
    expect(failed).to.deep.equal([]);
    expect(runs.map(({ label }) => label)).to.deep.equal(['toy/1', 'toy/2', 'toy/3']);
    expect(runs[0]!.configuration).to.equal(runs[1]!.configuration);
    expect(runs[0]!.configuration).to.not.equal(runs[2]!.configuration);
    expect(rows.find(({ name }) => name === 'hidden')).to.deep.equal({
      group: 'flags',
      name: 'hidden',
      values: [3, 3, 5],
      equal: false,
    });
    expect(rows.find(({ name }) => name === 'momentum')).to.include({ equal: true });
    const loss = metrics.find(({ address }) => address === 'valid.loss')!;
    expect(loss).to.include({ direction: 'min', split: 'valid', name: 'loss' });
    expect([loss.best, loss.bestSteps, loss.last].map((values) => values.length)).to.deep.equal([3, 3, 3]);
  });

  it('has the runs that can be read, and says why the others cannot', async () => {
    const first = await trainToy(folder(), ['--steps', '2']);
    const second = await trainAgain(folder(), [...words, '--steps', '2']);
    await changeRun(second, { 'run.json': '{' });
    const { runs, failed } = await comparisonView([first, second]);
    expect(runs.map(({ label }) => label)).to.deep.equal(['toy/1']);
    expect(failed[0]!.run).to.equal(second.id);
    expect(failed[0]!.message).to.include('run.json');
  });

  it('has differences of code as unified diffs', async () => {
    const first = await trainToy(folder(), ['--steps', '1']);
    await writeFile(join(folder(), 'sizes.json'), '{ "inputs": 2, "hidden": 4 }\n');
    const second = await trainAgain(folder(), [...words, '--steps', '1']);
    const { files, truncated } = await codeDiffView(first, second);
    expect(files.map(({ path, change }) => [path, change])).to.deep.equal([['sizes.json', 'changed']]);
    expect(files[0]!.diff).to.include('-{ "inputs": 2, "hidden": 3 }').and.include('+{ "inputs": 2, "hidden": 4 }');
    expect(truncated).to.equal(false);
  });

  it('has differences of code also of runs whose flags are damaged', async () => {
    const first = await trainToy(folder(), ['--steps', '1']);
    await writeFile(join(folder(), 'sizes.json'), '{ "inputs": 2, "hidden": 4 }\n');
    const second = await trainAgain(folder(), [...words, '--steps', '1']);
    await changeRun(second, { 'flags.json': '{' });
    const { files } = await codeDiffView(first, second);
    expect(files.map(({ path }) => path)).to.deep.equal(['sizes.json']);
  });
});

describe('importanceView', () => {
  const folder = useFolder();

  /** Runs whose loss follows from the rate, and hardly from the width. */
  async function runsWith(change: (at: number) => object): Promise<ViewedRun[]> {
    const template = await trainToy(folder(), ['--steps', '1']);
    const runs: ViewedRun[] = [];
    for (let number = 1; number <= 20; number++) {
      const run = viewedRun(join(folder(), 'copies'), 'toy', number);
      await cp(template.folder.path, run.folder.path, { recursive: true });
      const rate = 10 ** -(1 + (number % 5));
      const flag = (value: unknown) => ({ value, source: 'command line' });
      const flags = { learningRate: flag(rate), hidden: flag(4 * ((number * 7) % 4)), backend: flag('toy') };
      await changeJson(run, 'flags.json', (file) => ({ ...file, flags: { ...flags, ...change(number) } }));
      const best = { valid: { loss: { value: Math.abs(Math.log10(rate) + 3) + number / 1e3, step: 1 } } };
      await changeJson(run, 'run.json', (record) => ({ ...record, best, directions: { 'valid.loss': 'min' } }));
      runs.push(run);
    }
    return runs;
  }

  it('finds the flag that decides, of runs that are no sweep', async () => {
    const { flags, nothing } = await importanceView(await runsWith(() => ({})), 'valid.loss');
    expect(nothing).to.equal(null);
    expect(flags.map(({ name }) => name)).to.deep.equal(['learningRate', 'hidden']);
    expect(flags[0]!.importance).to.be.greaterThan(0.7);
    expect(flags.reduce((sum, { importance }) => sum + importance, 0)).to.be.closeTo(1, 1e-9);
  });

  it('is the same for several metrics at once', async () => {
    const runs = await runsWith(() => ({}));
    const wanted = ['valid.none', 'valid.loss'];
    const alone = [];
    for (const metric of wanted) alone.push(await importanceView(runs, metric));
    expect(await importanceViews(runs, wanted)).to.deep.equal(alone);
  });

  it('says why there is none', async () => {
    const runs = await runsWith(() => ({ learningRate: undefined, hidden: undefined }));
    expect((await importanceView(runs, 'valid.loss')).nothing).to.equal('No flag differs between these runs.');
    expect((await importanceView(runs, 'valid.none')).nothing).to.match(/^0 of the runs have a best valid\.none/);
    expect((await importanceView(runs.slice(0, 2), 'valid.loss')).nothing).to.match(/at least 4 are needed/);
  });
});
