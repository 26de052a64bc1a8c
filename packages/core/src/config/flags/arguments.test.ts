import { expect } from 'chai';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { Arguments, readArguments } from './arguments.js';
import { flag } from './flag.js';

const specs = {
  nHidden: flag.integer(128, 'Hidden units.'),
  rate: flag.float(0.5, 'A rate.'),
  verbose: flag.boolean(false, 'Say more.'),
  runName: flag.string(null, 'A name.'),
  noBias: flag.boolean(false, 'Without a bias.'),
};
const read = (...argv: string[]) => new Arguments(argv).readAll(specs);

describe('readArguments', () => {
  it('accepts camel, snake and kebab case, with a space or an equals sign', () => {
    for (const name of ['--nHidden', '--n_hidden', '--n-hidden']) {
      expect(read(name, '7'), name).to.deep.equal({ nHidden: '7' });
      expect(read(`${name}=7`), name).to.deep.equal({ nHidden: '7' });
    }
  });

  it('accepts negative numbers, and values with equals signs and spaces', () => {
    expect(read('--rate', '-1')).to.deep.equal({ rate: '-1' });
    expect(read('--rate=-1e-3')).to.deep.equal({ rate: '-1e-3' });
    expect(read('--run-name=a=b c')).to.deep.equal({ runName: 'a=b c' });
    expect(read('--run-name', '-dash')).to.deep.equal({ runName: '-dash' });
    expect(read('--run-name=--two')).to.deep.equal({ runName: '--two' });
    expect(read('--run-name=')).to.deep.equal({ runName: '' });
  });

  it('accepts --switch, --no-switch and --switch=false', () => {
    expect(read('--verbose')).to.deep.equal({ verbose: true });
    expect(read('--no-verbose')).to.deep.equal({ verbose: false });
    expect(read('--verbose=false')).to.deep.equal({ verbose: 'false' });
  });

  it('refuses a flag that is given twice, in any spelling, and shows both', async () => {
    const cases: [argv: string[], message: string, hint: string][] = [
      [['--rate', '1', '--rate=2'], '--rate is given twice.', 'Keep one of the two: --rate=1 or --rate=2.'],
      [['--nHidden=7', '--n-hidden', '7'], '--n-hidden is given twice.', 'Give --n-hidden=7 once.'],
      [['--run-name=a b', '--run_name', ''], '--run-name is given twice.', "Keep one of the two: --run-name='a b' or"],
      [['--verbose', '--no-verbose'], '--verbose is given twice.', 'Keep one of the two: --verbose or --no-verbose.'],
      [['--no-bias', '--no-bias'], '--no-bias is given twice.', 'Give --no-bias once.'],
    ];
    for (const [argv, message, hint] of cases) {
      const error = await failureOf(() => read(...argv));
      expect([error.code, error.message], argv.join(' ')).to.deep.equal(['FLAG_CONFLICT', message]);
      expect(error.hint).to.include(hint);
    }
  });

  it('lists the values of flags that may be given several times', () => {
    const argv = ['--run-name', 'a', '--rate=1', '--runName=b,c'];
    expect(readArguments(argv, specs, ['runName', 'nHidden'])).to.deep.equal({
      values: { rate: '1' },
      lists: { runName: ['a', 'b,c'], nHidden: [] },
      positionals: [],
      unknown: [],
    });
  });

  it('does not negate a flag whose own name starts with no-', () => {
    expect(read('--no-bias')).to.deep.equal({ noBias: true });
    expect(read('--no-no-bias')).to.deep.equal({ noBias: false });
  });

  it('does not match a prefix of a flag', async () => {
    const error = await failureOf(() => read('--run=foo'));
    expect(error.code).to.equal('FLAG_UNKNOWN');
    expect(error.message).to.equal('There is no flag --run.');
    expect(error.hint).to.equal('Did you mean --run-name?');
  });

  it('reports a missing value, even if another flag follows', async () => {
    for (const argv of [['--rate'], ['--run-name', '--verbose'], ['--rate', '--n-hidden', '3']]) {
      const error = await failureOf(() => read(...argv));
      expect(error.code, argv.join(' ')).to.equal('FLAG_INVALID');
      expect(error.message).to.equal(`${argv[0]} needs a value.`);
    }
  });

  it('refuses a positional argument, and a value after a switch', async () => {
    for (const argv of [['mnist'], ['--verbose', 'true'], ['--', 'x']]) {
      expect((await failureOf(() => read(...argv))).code, argv.join(' ')).to.equal('USAGE');
    }
  });

  it('refuses a value for --no-switch, and --no- before a flag that is not a switch', async () => {
    expect((await failureOf(() => read('--no-verbose=false'))).message).to.include('--no-verbose');
    expect((await failureOf(() => read('--no-rate'))).code).to.equal('FLAG_UNKNOWN');
  });

  it('lists undeclared flags without refusing them', () => {
    const { values, unknown } = readArguments(['--colour', 'red', '--rate', '2', '-x'], specs);
    expect(values).to.deep.equal({ rate: '2' });
    expect(unknown).to.deep.equal(['--colour', '-x']);
  });
});

describe('Arguments', () => {
  it('reads the same words for more flags, without splitting them again', () => {
    const given = new Arguments(['--verbose', 'word', '--colour', 'red', '-ab', 'x']);
    expect(given.read(specs)).to.deep.equal({
      values: { verbose: true },
      lists: {},
      positionals: ['word', 'red', 'x'],
      unknown: ['--colour', '-a', '-b'],
    });
    const more = {
      ...specs,
      colour: flag.string(null, 'A colour.'),
      a: flag.boolean(false, 'A.'),
      b: flag.path(null, 'B.'),
    };
    expect(given.read(more)).to.deep.equal({
      values: { verbose: true, colour: 'red', a: true, b: 'x' },
      lists: {},
      positionals: ['word'],
      unknown: [],
    });
  });

  it('takes every word after -- as it is, unless -- is the value of a flag', () => {
    expect(readArguments(['--', '--rate', '2'], specs).positionals).to.deep.equal(['--rate', '2']);
    const asValue = readArguments(['--run-name', '--', '--rate', '2'], specs);
    expect(asValue).to.deep.equal({ values: { runName: '--', rate: '2' }, lists: {}, positionals: [], unknown: [] });
  });
});

describe('Arguments.without', () => {
  it('removes flags and their values, in every spelling, and keeps the rest', () => {
    const argv = ['--n-hidden', '3', '--colour', '--nHidden=4', 'word', '--no-verbose', '--verbose', '--rate', '-1'];
    expect(new Arguments(argv).without(specs)).to.deep.equal(['--colour', 'word']);
    expect(new Arguments(argv).without({ rate: specs.rate })).to.deep.equal(argv.slice(0, -2));
    expect(new Arguments(['--no-bias', '--bias']).without(specs)).to.deep.equal(['--bias']);
  });
});
