import { expect } from 'chai';
import { readSweepArguments } from './sweep-arguments.js';

describe('readSweepArguments', () => {
  const read = (line: string) => readSweepArguments(line === '' ? [] : line.split(' '));

  it('separates the flags of the sweep from those of its runs', () => {
    const { flags, space, minimize, maximize, file, rest } = read(
      'sweep.ts --space a=1..2 --hidden 64 --space=b=1,2 --maximize valid.auc --trials 20 --epochs 3 --minimize valid.loss --fail-fast --augment',
    );
    expect({ space, minimize, maximize, file, rest }).to.deep.equal({
      space: ['a=1..2', 'b=1,2'],
      minimize: ['valid.loss'],
      maximize: ['valid.auc'],
      file: 'sweep.ts',
      rest: ['--hidden', '64', '--epochs', '3', '--augment'],
    });
    expect(flags).to.include({ trials: 20, failFast: true, repeat: null, resume: null });
  });

  it('leaves the flags of a launcher among those of the runs', () => {
    const { flags, rest } = read('--launcher slurm --partition gpu --workers 4');
    expect([flags.launcher, rest]).to.deep.equal(['slurm', ['--partition', 'gpu']]);
  });

  it('finds the file anywhere, but not in the value of a flag', () => {
    const fileOf = (line: string) => read(line).file;
    expect(fileOf('--fail-fast sweep.ts')).to.equal('sweep.ts');
    expect(fileOf('--restore-best sweep.ts')).to.equal('sweep.ts');
    expect(fileOf('--trials 3 sweep.ts')).to.equal('sweep.ts');
    expect(fileOf('--hidden=3 sweep.ts')).to.equal('sweep.ts');
    expect(fileOf('--data-config data.ts --hidden 3')).to.equal(null);
    expect(read('sweep.ts other.ts').rest).to.deep.equal(['other.ts']);
  });

  it('refuses flags that belong to one run, and wrong values', () => {
    expect(() => read('--dry-run')).to.throw('--dry-run is a flag of forge train, which a sweep does not have.');
    expect(() => read('--run-name x'))
      .to.throw('--run-name')
      .with.property('hint', 'Name the sweep with --name.');
    expect(() => read('--trials 0')).to.throw('--trials must be at least 1, not "0".');
    expect(() => read('--trials 3 --trials 4')).to.throw('--trials is given twice.');
    expect(() => read('--value mean')).to.throw('--value');
  });
});
