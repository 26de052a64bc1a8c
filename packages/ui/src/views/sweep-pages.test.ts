import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { sweepList, sweepPage } from './sweep-pages.js';
import { useFolder } from './trained-run.test.support.js';

const sweepFile = {
  sweepVersion: 1,
  id: 'a1',
  name: 'search',
  created: '2030-01-01T00:00:00.000Z',
  command: ['forge', 'sweep'],
  directory: '/project',
  space: {
    rate: { kind: 'float', low: 1e-5, high: 0.1, log: true, step: null, when: null },
    act: { kind: 'choice', choices: ['relu', 'tanh'], when: null },
  },
  objectives: [{ metric: 'valid.loss', direction: 'min', value: 'best' }],
  method: { name: 'tpe', options: {} },
  seed: 0,
  halving: null,
  budget: { trials: 4, steps: null, hours: null },
  repeat: 1,
  retries: 0,
  failFast: false,
  prune: { kind: 'none' },
  launcher: { name: 'local', flags: {} },
  workers: null,
};

describe('sweeps', () => {
  const folder = useFolder();

  beforeEach(async () => {
    await mkdir(join(folder(), 'search'), { recursive: true });
    await writeFile(join(folder(), 'search/sweep.json'), JSON.stringify(sweepFile));
  });

  it('are listed; a damaged one too', async () => {
    await mkdir(join(folder(), 'broken'));
    await mkdir(join(folder(), 'no-sweep'));
    await writeFile(join(folder(), 'broken/sweep.json'), '{');
    const { sweeps } = await sweepList([{ name: 'results', path: folder() }]);
    expect(sweeps.map(({ id, status }) => [id, status]).sort()).to.deep.equal([
      ['results/broken', 'damaged'],
      ['results/search', 'unattended'],
    ]);
  });

  it('have their space, what is left and the command that continues them', async () => {
    const page = await sweepPage({ id: 'results/search', path: join(folder(), 'search'), results: folder() });
    expect(page).to.include({ name: 'search', status: 'unattended', method: 'tpe' });
    expect(page.parameters).to.deep.equal([
      { name: 'rate', range: 'log(0.00001..0.1)', isLog: true, isCategory: false },
      { name: 'act', range: 'relu,tanh', isLog: false, isCategory: true },
    ]);
    expect(page.remaining.trials).to.equal(4);
    expect(page.commands[0]!.command).to.equal(`forge sweep --resume search --results-dir ${folder()}`);
  });
});
