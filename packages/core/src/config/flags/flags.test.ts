import { expect } from 'chai';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { findName, nearestName, toKebab } from '../../text/flag-names.js';
import { defineData, defineModel, type Loaded } from '../define.js';
import { coerceFlag } from './coerce-flag.js';
import { type FlagSpecs, type FlagValues, flag } from './flag.js';
import { mergeSpecs, plainValues, resolveFlags } from './resolve-flags.js';

const specs = {
  hidden: flag.integer(128, 'Hidden units.', { min: 1, max: 1000 }),
  rate: flag.float(0.5, 'A rate.'),
  verbose: flag.boolean(false, 'Say more.'),
  label: flag.string('a', 'A label.'),
  limit: flag.integer(null, 'A limit, or none.'),
  note: flag.string(null, 'A note, or none.'),
  optimizer: flag.string('sgd', 'Which.', { choices: ['sgd', 'adam'] }),
};

describe('the type of a flag', () => {
  it('is inferred: wrong types do not compile', () => {
    const values = plainValues(resolveFlags(specs, [])) as FlagValues<typeof specs>;
    const hidden: number = values.hidden;
    const verbose: boolean = values.verbose;
    const limit: number | null = values.limit;
    const note: string | null = values.note;
    const optimizer: 'sgd' | 'adam' = values.optimizer;
    const label: string = values.label;
    values satisfies { rate: number };
    // @ts-expect-error a flag with a default of null may be null
    values.limit satisfies number;
    // @ts-expect-error a choice is one of the choices only
    values.optimizer satisfies 'sgd';
    // @ts-expect-error a default must be one of the choices
    flag.string('lion', 'Which.', { choices: ['sgd', 'adam'] });
    // @ts-expect-error the default of an integer flag is not text
    flag.integer('5', 'Five.');
    expect([hidden, verbose, limit, note, optimizer, label]).to.deep.equal([128, false, null, null, 'sgd', 'a']);
  });

  it('reaches load, and what a data config returns reaches the model config', () => {
    const train = { length: 0, read: () => [][Symbol.iterator]() };
    const digits = defineData({
      flags: { batchSize: flag.integer(64, 'Examples per minibatch.') },
      load: ({ batchSize, seed, steps }) => {
        batchSize satisfies number;
        seed satisfies number;
        // @ts-expect-error the length of the training may be unknown
        steps satisfies number;
        return { train, classes: 10 };
      },
    });
    defineModel({
      flags: { rate: flag.float(0.1, 'Step size.') },
      load({ rate }, data: Loaded<typeof digits>) {
        rate satisfies number;
        data.classes satisfies number;
        // @ts-expect-error the data config does not return this
        void data.colours;
        return {};
      },
    });
    // @ts-expect-error a data config must return training data
    defineData({ flags: {}, load: () => ({ valid: train }) });
  });
});

describe('coerceFlag', () => {
  const accepted: [keyof typeof specs, unknown, unknown][] = [
    ['hidden', '7', 7],
    ['hidden', '1e2', 100],
    ['hidden', 7, 7],
    ['rate', '-0.25', -0.25],
    ['rate', 3, 3],
    ['verbose', 'true', true],
    ['verbose', 'false', false],
    ['verbose', true, true],
    ['label', '12', '12'],
    ['label', '', ''],
    ['limit', null, null],
    ['limit', '3', 3],
    ['note', null, null],
    ['note', 'null', 'null'],
    ['optimizer', 'adam', 'adam'],
    ['hidden', '1', 1],
    ['hidden', '1000', 1000],
  ];
  for (const [name, given, value] of accepted) {
    it(`accepts ${JSON.stringify(given)} for ${name}`, () => {
      expect(coerceFlag(name, specs[name], given)).to.equal(value);
    });
  }

  const refused: [keyof typeof specs, unknown, string][] = [
    ['hidden', '1.5', 'a whole number'],
    ['hidden', '', 'a whole number'],
    ['hidden', ' ', 'a whole number'],
    ['hidden', 'seven', 'a whole number'],
    ['hidden', '7x', 'a whole number'],
    ['hidden', '9007199254740993', 'a whole number'],
    ['hidden', true, 'a whole number'],
    ['hidden', null, 'a whole number'],
    ['hidden', '0', 'at least 1'],
    ['hidden', '1001', 'at most 1000'],
    ['rate', 'NaN', 'a number'],
    ['rate', 'Infinity', 'a number'],
    ['rate', Number.NaN, 'a number'],
    ['rate', [1], 'a number'],
    ['verbose', 'yes', 'true or false'],
    ['verbose', 1, 'true or false'],
    ['label', 5, 'text'],
    ['label', null, 'text'],
    ['optimizer', 'lion', 'one of sgd, adam'],
    ['optimizer', 'SGD', 'one of sgd, adam'],
  ];
  for (const [name, given, rule] of refused) {
    it(`refuses ${JSON.stringify(given)} for ${name}`, async () => {
      const error = await failureOf(() => coerceFlag(name, specs[name], given));
      expect(error.code).to.equal('FLAG_INVALID');
      expect(error.message).to.include(`--${name} `).and.include(rule);
    });
  }
});

describe('flag names', () => {
  it('are equal in camel, snake and kebab case, with any capitals', () => {
    for (const name of ['nHidden', 'n_hidden', 'n-hidden', 'NHidden', 'N_HIDDEN']) {
      expect(toKebab(name), name).to.equal('n-hidden');
    }
    expect(toKebab('useGPUNow')).to.equal('use-gpu-now');
    expect(toKebab('conv2Filters')).to.equal('conv2-filters');
    expect(findName('n_hidden', ['rate', 'nHidden'])).to.equal('nHidden');
  });

  it('do not match a prefix', () => {
    expect(findName('run', ['runName'])).to.equal(undefined);
    expect(findName('runName', ['run'])).to.equal(undefined);
  });

  it('are suggested for a typo or a prefix, but not for other words', () => {
    const declared = ['learningRate', 'runName', 'steps', 'keep'];
    expect(nearestName('learning-rat', declared)).to.equal('learningRate');
    expect(nearestName('leraning_rate', declared)).to.equal('learningRate');
    expect(nearestName('run', declared)).to.equal('runName');
    expect(nearestName('step', declared)).to.equal('steps');
    expect(nearestName('colour', declared)).to.equal(undefined);
  });
});

describe('resolveFlags', () => {
  it('prefers later layers, and records the source of each value', () => {
    const resolved = resolveFlags(specs, [
      { source: 'project file', values: { hidden: 1, rate: 1, label: 'p', 'not-ours': 1 }, ignoreUnknown: true },
      { source: 'flags file', values: { hidden: 2, rate: 2 } },
      { source: 'command line', values: { Hidden: '3' } },
    ]);
    expect(resolved.hidden).to.deep.equal({ value: 3, source: 'command line' });
    expect(resolved.rate).to.deep.equal({ value: 2, source: 'flags file' });
    expect(resolved.label).to.deep.equal({ value: 'p', source: 'project file' });
    expect(resolved.verbose).to.deep.equal({ value: false, source: 'default' });
    expect(Object.keys(resolved)).to.deep.equal(Object.keys(specs));
  });

  it('suggests the nearest flag, and names the source, for an unknown flag', async () => {
    const error = await failureOf(() => resolveFlags(specs, [{ source: 'flags file', values: { hiden: 1 } }]));
    expect(error.code).to.equal('FLAG_UNKNOWN');
    expect(error.message).to.equal('There is no flag --hiden in the flags file.');
    expect(error.hint).to.equal('Did you mean --hidden?');
  });

  it('checks the declared default against the limits too', async () => {
    const wrong = { size: flag.integer(0, 'Size.', { min: 1 }) };
    expect((await failureOf(() => resolveFlags(wrong, []))).message).to.include('--size must be at least 1');
  });
});

describe('mergeSpecs', () => {
  const merge = (a: FlagSpecs, b: FlagSpecs) =>
    mergeSpecs([
      { by: 'data.ts', flags: a },
      { by: 'model.ts', flags: b },
    ]);

  it('accepts a flag that both declare in the same way', () => {
    const size = () => ({ size: flag.integer(3, 'Size.', { min: 1 }) });
    expect(merge(size(), { size: { ...size().size, description: 'In other words.' } })).to.have.all.keys('size');
  });

  const differing: [string, FlagSpecs][] = [
    ['another default', { size: flag.integer(4, 'Size.') }],
    ['another kind', { size: flag.float(3, 'Size.') }],
    ['other limits', { size: flag.integer(3, 'Size.', { min: 1 }) }],
    ['null for a default', { size: flag.integer(null, 'Size.') }],
    ['another spelling', { Size: flag.integer(3, 'Size.') }],
  ];
  for (const [how, flags] of differing) {
    it(`refuses a flag that the second declares with ${how}`, async () => {
      const error = await failureOf(() => merge({ size: flag.integer(3, 'Size.') }, flags));
      expect(error.code).to.equal('FLAG_CONFLICT');
      expect(error.message).to.include('--size').and.include('data.ts').and.include('model.ts');
    });
  }
});
