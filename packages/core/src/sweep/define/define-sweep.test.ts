import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { defineConfig } from '../../config/define.js';
import { flag } from '../../config/flags/flag.js';
import { createModuleLoader } from '../../config/loader/module-loader.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { choice, integer, log, uniform, when } from '../space/definitions.js';
import { defineSweep } from './define-sweep.js';
import { loadSweepDefinition } from './load-sweep-definition.js';
import { asha, grid, hyperband, random, sampler, sobol, tpe } from './methods.js';
import { parseObjectives } from './objectives.js';

const model = defineConfig({
  flags: {
    hidden: flag.integer(64, 'Units.'),
    learningRate: flag.float(0.01, 'Rate.'),
    dropout: flag.float(null, 'Dropout.'),
    optimizer: flag.string('adam', 'Optimizer.', { choices: ['adam', 'sgd'] as const }),
  },
  load: () => null,
});

describe('defineSweep', () => {
  it('returns plain data, which it accepts again', () => {
    const sweep = defineSweep<typeof model>({
      minimize: 'valid.loss',
      maximize: ['valid.accuracy:max'],
      value: 'last',
      space: {
        learningRate: log(1e-5, 1e-2),
        hidden: choice(64, 128, 256),
        dropout: when('hidden', 256, uniform(0, 0.5, { step: 0.1 })),
      },
      flags: { epochs: 5, optimizer: 'sgd' },
      method: tpe({ startup: 5 }),
      stop: asha({ min: 2 }),
      trials: 200,
      hours: 1.5,
      repeat: 3,
      retries: 0,
      failFast: true,
      prune: 'best:5',
      seed: 0,
      name: 'digits',
    });
    expect(sweep).to.deep.equal({
      space: {
        learningRate: { kind: 'range', low: 1e-5, high: 1e-2, log: true, step: null, integer: false, when: null },
        hidden: { kind: 'choice', choices: [64, 128, 256], when: null },
        dropout: {
          kind: 'range',
          low: 0,
          high: 0.5,
          log: false,
          step: 0.1,
          integer: false,
          when: { parameter: 'hidden', values: [256] },
        },
      },
      objectives: [
        { metric: 'valid.loss', direction: 'min', value: 'last' },
        { metric: 'valid.accuracy', direction: 'max', value: 'last' },
      ],
      flags: { epochs: 5, optimizer: 'sgd' },
      method: { name: 'tpe', options: { startup: 5 } },
      stop: { name: 'asha', reduction: 3, min: 2 },
      trials: 200,
      hours: 1.5,
      repeat: 3,
      retries: 0,
      failFast: true,
      prune: { kind: 'best', count: 5 },
      seed: 0,
      name: 'digits',
    });
    expect(JSON.parse(JSON.stringify(sweep))).to.deep.equal(sweep);
    expect(defineSweep(sweep)).to.deep.equal(sweep);
    expect(defineSweep({})).to.deep.equal({ space: {}, objectives: [], flags: {} });
  });

  it('names methods', () => {
    expect([grid(), grid({ points: 5 }), random(), sobol(), sampler('cma', { sigma: 1 })]).to.deep.equal([
      { name: 'grid', options: {} },
      { name: 'grid', options: { points: 5 } },
      { name: 'random', options: {} },
      { name: 'sobol', options: {} },
      { name: 'cma', options: { sigma: 1 } },
    ]);
    expect(hyperband({ reduction: 4, max: 81, unit: 'epochs' })).to.deep.equal({
      name: 'hyperband',
      reduction: 4,
      max: 81,
      unit: 'epochs',
    });
  });

  // The compiler checks that each of these lines is an error.
  it('types the space by the flags of Forge and of the configs', () => {
    defineSweep({ space: { anything: choice(1, 'two', true, null), other: integer(1, 8) } });
    defineSweep<typeof model>({
      space: { seed: integer(0, 9), optimizer: choice('adam'), dropout: choice(null, 0.1) },
    });
    // @ts-expect-error a misspelled field
    expect(() => defineSweep({ spaces: {} })).to.throw();
    // @ts-expect-error a value instead of a definition
    expect(() => defineSweep({ space: { hidden: 64 } })).to.throw();
    // @ts-expect-error a misspelled flag
    defineSweep<typeof model>({ space: { hiden: choice(1) } });
    // @ts-expect-error no such optimizer
    defineSweep<typeof model>({ space: { optimizer: choice('adm') } });
    // @ts-expect-error a range of texts
    defineSweep<typeof model>({ space: { optimizer: uniform(0, 1) } });
    // @ts-expect-error a text for a number
    defineSweep<typeof model>({ space: { hidden: choice('64') } });
    // @ts-expect-error a condition on no flag
    defineSweep<typeof model>({ space: { dropout: when('hiden', 1, uniform(0, 1)) } });
    // @ts-expect-error a misspelled flag
    defineSweep<typeof model>({ flags: { optimiser: 'adam' } });
    // @ts-expect-error two conditions
    expect(() => when('a', 1, when('b', 2, choice(1)))).to.throw();
    // @ts-expect-error a misspelled option
    expect(() => asha({ reductions: 3 })).to.throw();
    // @ts-expect-error a misspelled option
    expect(() => uniform(0, 1, { steps: 0.1 })).to.throw();
  });

  const cases: readonly [what: string, options: unknown, code: string, message: RegExp, hint: RegExp][] = [
    ['a misspelled field', { minimise: 'valid.loss' }, 'OPTION_UNKNOWN', /no field "minimise"/, /"minimize"/],
    ['the name of another library', { sampler: tpe() }, 'OPTION_UNKNOWN', /no field "sampler"/, /"method"/],
    ['a list', [], 'OPTION_UNKNOWN', /not as an array/, /by name/],
    [
      'a value in the space',
      { space: { hidden: 64 } },
      'SWEEP_INVALID',
      /hidden is 64, not made with/,
      /flags: { hidden/,
    ],
    ['a list in the space', { space: { hidden: [1] } }, 'SWEEP_INVALID', /hidden is an array/, /choice\(64, 128\)/],
    ['a definition by hand', { space: { x: { kind: 'range' } } }, 'SWEEP_INVALID', /not made with/, /For example/],
    ['no space', { space: null }, 'SWEEP_INVALID', /space of a sweep is not null/, /For example/],
    ['no trials', { trials: 0 }, 'SWEEP_INVALID', /whole number from 1, not 0/, /trials: 3/],
    ['half a repetition', { repeat: 1.5 }, 'SWEEP_INVALID', /repeat .* not 1.5/, /repeat: 3/],
    ['negative retries', { retries: -1 }, 'SWEEP_INVALID', /from 0, not -1/, /retries: 3/],
    ['no hours', { hours: 0 }, 'SWEEP_INVALID', /above 0, not 0/, /hours: 1.5/],
    ['a method by its name', { method: 'tpe' }, 'SWEEP_INVALID', /method of a sweep is not "tpe"/, /tpe\(\)/],
    ['another way to stop', { stop: { name: 'median' } }, 'SWEEP_INVALID', /stop of a sweep is not/, /asha\(\)/],
    ['another way to prune', { prune: 'best:0' }, 'SWEEP_INVALID', /no way to prune called "best:0"/, /best:N/],
    ['another kind of flag', { failFast: 'yes' }, 'SWEEP_INVALID', /true or false, not "yes"/, /failFast/],
    ['a list as a flag', { flags: { epochs: [5] } }, 'SWEEP_INVALID', /epochs of a sweep is an array/, /choice/],
    [
      'another value',
      { minimize: 'valid.loss', value: 'mean' },
      'SWEEP_INVALID',
      /"best" or "last", not "mean"/,
      /last/,
    ],
    [
      'a metric without a split',
      { minimize: 'rmse' },
      'METRIC_INVALID',
      /"rmse" does not name/,
      /minimize: "valid.loss"/,
    ],
    ['no metric', { minimize: 5 }, 'METRIC_INVALID', /minimize: 5 does not name/, /./],
    [
      'a metric with the other direction',
      { minimize: 'valid.accuracy:max' },
      'METRIC_INVALID',
      /a higher value is better/,
      /maximize: "valid.accuracy"/,
    ],
    ['a metric twice', { minimize: 'valid.a', maximize: 'valid.a' }, 'SWEEP_INVALID', /valid.a is named twice/, /once/],
    [
      'objectives in two ways',
      { minimize: 'valid.loss', objectives: [] },
      'SWEEP_INVALID',
      /both objectives and minimize/,
      /only/,
    ],
    ['objectives as a text', { objectives: 'valid.loss' }, 'SWEEP_INVALID', /a list of objects/, /metric:/],
    [
      'an objective without a direction',
      { objectives: [{ metric: 'valid.loss', value: 'best' }] },
      'SWEEP_INVALID',
      /"min" or "max", not undefined/,
      /direction: 'min'/,
    ],
  ];
  for (const [what, options, code, message, hint] of cases) {
    it(`refuses ${what}`, async () => {
      const error = await failureOf(() => defineSweep(options as object));
      expect(error).to.include({ code });
      expect(error.message).to.match(message);
      expect(error.message).not.to.include('\n');
      expect(error.hint).to.match(hint);
    });
  }

  it('refuses impossible halving', () => {
    expect(() => asha({ reduction: 1 })).to.throw(/reduction must be a number above 1, not 1/);
    expect(() => asha({ min: 0 })).to.throw(/min must be a whole number from 1, not 0/);
    expect(() => hyperband({ min: 9, max: 3 })).to.throw(/min must be at most max, 3, not 9/);
    expect(() => asha({ unit: 'minutes' as never })).to.throw(/unit must be "steps" or "epochs", not "minutes"/);
  });
});

describe('parseObjectives', () => {
  it('says how to write them on a command line', () => {
    expect(() => parseObjectives({ minimize: ['rmse'], maximize: [], value: 'best' }, 'command line'))
      .to.throw(/"rmse" does not name a metric of a split/)
      .with.property('hint', 'Write the split and the metric: --minimize valid.loss.');
  });
});

describe('loadSweepDefinition', () => {
  const folder = useTemporaryFolder();

  async function read(name: string, content: string) {
    mkdirSync(folder(), { recursive: true });
    const path = join(folder(), name);
    writeFileSync(path, content);
    return loadSweepDefinition(path, await createModuleLoader({ modules: {} }));
  }

  it('reads a sweep, whose paths are relative to its folder', async () => {
    const base = folder();
    const content = `import { choice, defineSweep, grid } from '@forge-ml/core';
      export default defineSweep({ minimize: 'valid.loss', space: { file: choice('a.csv' as string) }, method: grid() });`;
    expect(await read('sweep.ts', content)).to.deep.equal({
      space: { file: { kind: 'choice', choices: ['a.csv'], when: null, base } },
      objectives: [{ metric: 'valid.loss', direction: 'min', value: 'best' }],
      method: { name: 'grid', options: {} },
      flags: {},
      base,
    });
    expect(await read('plain.mjs', 'export default { trials: 5 };')).to.include({ trials: 5, base });
  });

  it('names the file in its errors', async () => {
    const none = await failureOf(() => read('none.mjs', 'export const trials = 5;'));
    expect(none).to.include({ code: 'CONFIG_INVALID' });
    const typo = await failureOf(() => read('typo.mjs', 'export default { trails: 5 };'));
    expect(typo.message).to.equal(`${join(folder(), 'typo.mjs')} has no field "trails".`);
    const loader = await createModuleLoader({ modules: {} });
    const missing = await failureOf(() => loadSweepDefinition(join(folder(), 'no.ts'), loader));
    expect(missing).to.include({
      code: 'CONFIG_NOT_FOUND',
      message: `There is no sweep file ${join(folder(), 'no.ts')}.`,
    });
  });
});
