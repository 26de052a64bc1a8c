import { resolve } from 'node:path';
import { expect } from 'chai';
import { flag } from '../../config/flags/flag.js';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { choice, integer, log, type SpaceDefinition, uniform, when } from './definitions.js';
import { mergeDefinitions } from './merge-definitions.js';
import { resolveSpace } from './resolve-space.js';

const specs = {
  learningRate: flag.float(0.01, 'Rate.', { min: 0 }),
  dropout: flag.float(0, 'Dropout.', { min: 0, max: 0.9 }),
  hidden: flag.integer(64, 'Units.', { min: 1 }),
  clip: flag.integer(null, 'Clip.'),
  optimizer: flag.string('adam', 'Optimizer.', { choices: ['adam', 'sgd'] }),
  keep: flag.string(null, 'Keep.'),
  augment: flag.boolean(false, 'Augment.'),
  file: flag.path('a.csv', 'File.'),
  resultsDir: flag.string('results', 'Results.'),
};

const problemIn = (definitions: SpaceDefinition) => failureOf(() => resolveSpace(definitions, specs));

describe('resolveSpace', () => {
  it('gives each parameter the values of its flag', () => {
    const space = resolveSpace(
      {
        'learning-rate': log(1e-5, 1e-2),
        hidden: uniform(16, 64),
        clip: choice(null, 1, -0),
        optimizer: choice('adam', 'sgd'),
        augment: choice(true, false),
        dropout: when('hidden', [32, 64], uniform(0, 0.5, { step: 0.1 })),
      },
      specs,
    );
    expect(space).to.deep.equal({
      learningRate: { kind: 'float', low: 1e-5, high: 1e-2, log: true, step: null, when: null },
      hidden: { kind: 'integer', low: 16, high: 64, log: false, step: 1, when: null },
      clip: { kind: 'choice', choices: [null, 1, 0], when: null },
      optimizer: { kind: 'choice', choices: ['adam', 'sgd'], when: null },
      augment: { kind: 'choice', choices: [true, false], when: null },
      dropout: {
        kind: 'float',
        low: 0,
        high: 0.5,
        log: false,
        step: 0.1,
        when: { parameter: 'hidden', values: [32, 64] },
      },
    });
    expect(Object.is(space.clip!.kind === 'choice' && space.clip.choices[2], 0)).to.equal(true);
  });

  it('makes a range of whole numbers of the flag, the definition or the step', () => {
    const kindOf = (definition: SpaceDefinition[string]) =>
      resolveSpace({ learningRate: definition }, specs).learningRate;
    expect(kindOf(integer(1, 8, { log: true }))).to.include({ kind: 'integer', log: true, step: 1 });
    expect(kindOf(uniform(0, 8.5, { step: 2 }))).to.include({ kind: 'integer', low: 0, high: 8, step: 2 });
    expect(kindOf(uniform(0, 1))).to.include({ kind: 'float' });
    expect(kindOf(uniform(0.5, 8, { step: 1 }))).to.include({ kind: 'float', step: 1 });
  });

  it('reads words as a command line does', async () => {
    const words = (...all: string[]) => ({
      kind: 'choice' as const,
      choices: all.map((word) => ({ word })),
      when: null,
    });
    const space = resolveSpace({ clip: words('1', 'none'), keep: words('none', '3'), augment: words('true') }, specs);
    expect(Object.values(space).map((p) => p.kind === 'choice' && p.choices)).to.deep.equal([
      [1, null],
      [null, '3'],
      [true],
    ]);
    expect((await problemIn({ hidden: words('none') })).message).to.equal('--hidden takes a whole number, not "none".');
  });

  it('resolves relative paths, also in conditions', () => {
    const definitions = {
      file: { ...choice('b.csv', '/c.csv'), base: '/data' },
      hidden: when('file', 'b.csv', choice(1)),
    };
    const space = resolveSpace(definitions, specs, '/data');
    expect(space.file).to.deep.include({ choices: [resolve('/data/b.csv'), '/c.csv'] });
    expect(space.hidden!.when).to.deep.equal({ parameter: 'file', values: [resolve('/data/b.csv')] });
  });

  it('places a parameter after the one that its condition names', () => {
    const space = resolveSpace(
      {
        dropout: when('hidden', 1, uniform(0, 0.5)),
        hidden: when('augment', true, choice(1, 2)),
        augment: choice(true),
      },
      specs,
    );
    expect(Object.keys(space)).to.deep.equal(['augment', 'hidden', 'dropout']);
  });

  it('replaces a definition by a later one, in any spelling of its name', () => {
    const merged = mergeDefinitions({ learningRate: log(1, 2), hidden: choice(1) }, { 'learning-rate': choice(3) });
    expect(merged).to.deep.equal({ hidden: choice(1), 'learning-rate': choice(3) });
  });

  it('accepts ranges with one value', () => {
    expect(resolveSpace({ dropout: uniform(0.5, 0.5), hidden: uniform(1, 2, { step: 5 }) }, specs)).to.have.keys(
      'dropout',
      'hidden',
    );
  });

  const cases: readonly [what: string, definitions: SpaceDefinition, code: string, message: RegExp, hint: RegExp][] = [
    ['an unknown flag', { hiden: choice(1) }, 'FLAG_UNKNOWN', /no flag --hiden/, /Did you mean --hidden\?/],
    ['no parameter', {}, 'SWEEP_INVALID', /space of the sweep is empty/, /--space 'learningRate=/],
    ['one flag twice', { learningRate: log(1, 2), learning_rate: log(1, 2) }, 'SWEEP_INVALID', /twice/, /once/],
    ['a flag of all trials', { resultsDir: choice('a') }, 'SWEEP_INVALID', /cannot vary/, /--results-dir once/],
    ['no choice', { hidden: choice() }, 'SWEEP_INVALID', /no values to choose from/, /Name one/],
    ['a choice twice', { hidden: choice(64, 64) }, 'SWEEP_INVALID', /value 64 twice/, /once/],
    [
      'a choice below the minimum',
      { hidden: choice(0) },
      'FLAG_INVALID',
      /--hidden must be at least 1, not 0/,
      /Units/,
    ],
    ['a choice of another kind', { hidden: choice('wide') }, 'FLAG_INVALID', /takes a whole number, not "wide"/, /./],
    ['an unknown choice', { optimizer: choice('adm') }, 'FLAG_INVALID', /one of adam, sgd/, /./],
    ['null where it is no value', { hidden: choice(null) }, 'FLAG_INVALID', /not null/, /./],
    ['a fraction of whole numbers', { hidden: uniform(0.5, 3) }, 'FLAG_INVALID', /whole number, not 0.5/, /./],
    ['an end above the maximum', { dropout: uniform(0, 1) }, 'FLAG_INVALID', /at most 0.9, not 1/, /./],
    ['an empty range', { dropout: uniform(0.5, 0.1) }, 'SWEEP_INVALID', /empty range: 0.5 is above 0.1/, /lower/],
    ['a log range from 0', { learningRate: log(0, 1) }, 'SWEEP_INVALID', /must start above 0/, /above 0/],
    ['a negative log range', { clip: integer(-2, 4, { log: true }) }, 'SWEEP_INVALID', /starts at -2/, /above 0/],
    ['no number', { clip: uniform(Number.NaN, 1) }, 'SWEEP_INVALID', /one end is NaN/, /two numbers/],
    ['an infinite end', { learningRate: log(1, 1 / 0) }, 'SWEEP_INVALID', /one end is Infinity/, /two numbers/],
    ['text for a number', { dropout: uniform('0' as never, 1) }, 'SWEEP_INVALID', /one end is "0"/, /two numbers/],
    ['a range of texts', { optimizer: uniform(0, 1) }, 'SWEEP_INVALID', /flag takes text/, /choice\("adam", "sgd"\)/],
    ['a range of booleans', { augment: uniform(0, 1) }, 'SWEEP_INVALID', /true or false/, /choice\(true, false\)/],
    [
      'a step of 0',
      { dropout: uniform(0, 0.5, { step: 0 }) },
      'SWEEP_INVALID',
      /step of 0; it must be above 0/,
      /positive/,
    ],
    ['a step below 0', { hidden: integer(1, 8, { step: -1 }) }, 'SWEEP_INVALID', /step of -1/, /positive/],
    ['a step of a half', { hidden: uniform(1, 8, { step: 0.5 }) }, 'SWEEP_INVALID', /step of 0.5/, /whole number/],
    [
      'a step that rounding swallows',
      { learningRate: uniform(0, 1e20, { step: 1 }) },
      'SWEEP_INVALID',
      /too small for numbers near/,
      /larger step/,
    ],
    ['steps and log', { hidden: integer(1, 8, { log: true, step: 2 }) }, 'SWEEP_INVALID', /logarithmic.*step/, /Omit/],
    [
      'a fraction in integer()',
      { dropout: integer(0.1, 0.5) },
      'SWEEP_INVALID',
      /whole numbers, not 0.1..0.5/,
      /uniform/,
    ],
    [
      'a condition on no parameter',
      { hidden: choice(1), dropout: when('hiden', 1, choice(0)) },
      'SWEEP_INVALID',
      /condition on hiden, which is not in the space/,
      /Did you mean hidden\?/,
    ],
    ['a condition on itself', { hidden: when('hidden', 1, choice(1)) }, 'SWEEP_INVALID', /on itself/, /another/],
    [
      'conditions in a circle',
      { hidden: when('dropout', 0, choice(1)), dropout: when('hidden', 1, choice(0)), augment: choice(true) },
      'SWEEP_INVALID',
      /conditions of hidden, dropout form a circle/,
      /Remove/,
    ],
    [
      'a condition on a value outside the space',
      { hidden: choice(1, 2), dropout: when('hidden', 3, choice(0)) },
      'SWEEP_INVALID',
      /needs hidden to be 3, which it cannot be/,
      /value of hidden/,
    ],
    [
      'a condition between two steps',
      { dropout: uniform(0, 0.5, { step: 0.1 }), hidden: when('dropout', 0.15, choice(1)) },
      'SWEEP_INVALID',
      /to be 0.15/,
      /value of dropout/,
    ],
    [
      'a condition on any number of a range',
      { dropout: uniform(0, 0.5), hidden: when('dropout', 0.1, choice(1)) },
      'SWEEP_INVALID',
      /any number of a range/,
      /a step/,
    ],
    [
      'a condition without a value',
      { hidden: choice(1), dropout: when('hidden', [], choice(0)) },
      'SWEEP_INVALID',
      /names no value/,
      /one of hidden/,
    ],
  ];
  for (const [what, definitions, code, message, hint] of cases) {
    it(`refuses ${what}`, async () => {
      const error = await problemIn(definitions);
      expect(error).to.include({ code });
      expect(error.message).to.match(message);
      expect(error.message).not.to.include('\n');
      expect(error.hint).to.match(hint);
    });
  }

  it('refuses a range that is too large to subtract', () => {
    const wide = { rate: flag.float(0, 'Rate.') };
    expect(() => resolveSpace({ rate: uniform(-1.7e308, 1.7e308) }, wide)).to.throw(/too large/);
  });

  it('refuses a second condition, and none to give it to', () => {
    expect(() => when('hidden', 1, undefined as never)).to.throw(/when\("hidden", …\) has no parameter/);
    expect(() => when('hidden', 1, when('augment', true, uniform(0, 1)) as never)).to.throw(/already has a condition/);
  });
});
