import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { readSafetensors } from '../../tensor/safetensors.js';
import { elements } from '../../tensor/tensor-data.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { verifyRun } from '../../verify/verify-run.js';
import { bothConfigs, essenceOf, forgeIn, readJsonFile } from '../toy-run.test.support.js';

describe('--init-from', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  async function train(...argv: readonly string[]) {
    const { forge, warnings } = forgeIn(folder(), argv.includes('--resume') ? argv : [...bothConfigs, ...argv]);
    await using prepared = await forge.config();
    return { ...(await forge.train(prepared)), warnings };
  }
  const source = () => train('--run-name', 'source', '--steps', '6', '--save-every', '2', '--keep', 'all');
  const parametersAt = async (run: string, step: number | 'init') => {
    const file = step === 'init' ? 'init.safetensors' : `checkpoints/${step}/parameters.safetensors`;
    const { tensors } = await readSafetensors(join(run, file));
    return Object.fromEntries(Array.from(tensors, ([name, value]) => [name, [...elements(value)].map(Number)]));
  };

  it('begins with the parameters of a checkpoint, keeps them with the run, and says so in run.json', async () => {
    const { run } = await source();
    for (const [address, step] of [
      ['source', 6],
      ['source/1@4', 4],
      ['source@best', undefined],
      [join(run, 'checkpoints/2/parameters.safetensors'), null],
    ] as const) {
      const { run: tuned, warnings } = await train('--init-from', address, '--run-name', 'tuned', '--steps', '1');
      expect(warnings).to.deep.equal([]);
      const { init } = await readJsonFile(tuned, 'run.json');
      const count = Object.keys(await parametersAt(run, 6)).length;
      expect(init).to.deep.include({ matched: count, parameters: count });
      if (step !== undefined) expect(init).to.have.property('step', step);
      expect(init).to.have.property('from', step === null ? 'parameters.safetensors' : 'source/1');
      if (step !== undefined)
        expect(await parametersAt(tuned, 'init')).to.deep.equal(await parametersAt(run, step ?? 2));
      expect((await verifyRun({ path: tuned, experiment: 'tuned', number: 1 }, { deep: true })).problems).to.deep.equal(
        [],
      );
    }
  });

  it('trains from them: another seed then changes nothing but the data', async () => {
    await source();
    const start = ['--init-from', 'source@2', '--steps', '5'];
    const { run: one } = await train(...start, '--run-name', 'one');
    const { run: again } = await train(...start, '--run-name', 'again');
    const { run: fresh } = await train('--steps', '5', '--run-name', 'fresh');
    expect(await essenceOf(one, 5)).to.deep.equal(await essenceOf(again, 5));
    expect((await essenceOf(one, 5)).tensors).to.not.deep.equal((await essenceOf(fresh, 5)).tensors);
  });

  it('resumes from step 0 with them where nothing was saved, with the source gone', async () => {
    const { run } = await source();
    const { run: whole } = await train('--init-from', 'source@4', '--run-name', 'whole', '--steps', '3');
    const copy = join(folder(), 'results/copy/1');
    await cp(whole, copy, { recursive: true });
    await rm(join(copy, 'checkpoints'), { recursive: true });
    await rm(run, { recursive: true });
    const record = await readJsonFile(copy, 'run.json');
    await writeFile(join(copy, 'run.json'), JSON.stringify({ ...record, status: 'stopped', step: 1 }));
    await train('--resume', 'copy');
    expect((await essenceOf(copy, 3)).tensors).to.deep.equal((await essenceOf(whole, 3)).tensors);
  });

  it('begins with the moving average where that was measured as the best, and says so, also when it is repeated', async () => {
    const saved = ['--steps', '6', '--save-every', '2', '--ema', '0.9', '--run-name', 'source'];
    const keep = ['--keep', 'all,best:valid-ema.loss'];
    const { run } = await train(...saved, ...keep);
    const averageAt = async (step: number) => {
      const { tensors } = await readSafetensors(join(run, `checkpoints/${step}/state.safetensors`));
      const average = [...tensors].filter(([name]) => name.startsWith('ema/'));
      return Object.fromEntries(average.map(([name, value]) => [name.slice(4), [...elements(value)].map(Number)]));
    };
    for (const [address, weights] of [
      ['source@best', 'ema'],
      ['source@best:valid-ema.loss', 'ema'],
      ['source@best:valid.loss', undefined],
      ['source@4', undefined],
      ['source', undefined],
    ] as const) {
      const tuned = await train('--init-from', address, '--run-name', 'tuned', '--steps', '1');
      const { init } = await readJsonFile(tuned.run, 'run.json');
      const { step, weights: recorded } = init as unknown as { step: number; weights?: string };
      expect(recorded, address).to.equal(weights);
      const parameters = await parametersAt(run, step);
      const average = await averageAt(step);
      expect(average['layer0.weights']).to.not.deep.equal(parameters['layer0.weights']);
      const expected = weights === 'ema' ? { ...parameters, ...average } : parameters;
      expect(await parametersAt(tuned.run, 'init'), address).to.deep.equal(expected);
      if (address !== 'source@best') continue;
      const { forge } = forgeIn(folder());
      await using again = await forge.rerun('tuned');
      const { init: repeated } = await readJsonFile((await forge.train(again)).run, 'run.json');
      expect(repeated).to.deep.equal(init);
    }
  });

  it('warns of parameters that keep their initial values, and renames with --map', async () => {
    await source();
    const other = await train('--init-from', 'source', '--hidden', '4', '--run-name', 'wider', '--steps', '1');
    expect(other.warnings).to.have.length(1);
    expect(other.warnings[0]).to.match(
      /^\d of \d parameters keep their initial values: .* in source\/1, .* in the model/,
    );
    const names = Object.keys(await parametersAt(other.run, 1));
    const failure = await failureOf(() => train('--init-from', 'source', '--map', 'nothing*=x*'));
    expect(failure.message).to.equal('--map nothing*=x* matches no parameter of source/1.');
    const [first, ...rest] = names;
    const renamed = await train(
      '--init-from',
      'source',
      '--map',
      `${first}=elsewhere`,
      '--run-name',
      'map',
      '--steps',
      '1',
    );
    expect(renamed.warnings.join()).to.include(
      `1 of ${names.length} parameters keep their initial values: ${first} (not in`,
    );
    expect(Object.keys(await parametersAt(renamed.run, 'init'))).to.have.members(rest);
  });

  it('refuses what cannot be a start, before anything is written', async () => {
    await source();
    for (const [argv, code, message] of [
      [['--init-from', 'absent'], 'RUN_NOT_FOUND', 'There is no run "absent"'],
      [['--init-from', 'source@99'], 'CHECKPOINT_NOT_FOUND', '99'],
      [['--init-from', 'source@first'], 'USAGE', '"first" does not name a checkpoint.'],
      [['--init-from', '@3'], 'FLAG_INVALID', 'does not name a checkpoint'],
      [['--init-from', 'missing.safetensors'], 'FILE_SYSTEM', 'missing.safetensors'],
      [['--map', 'a=b'], 'USAGE', '--map requires --init-from.'],
      [['--init-from', 'source', '--map', 'a'], 'FLAG_INVALID', 'which is not FROM=TO'],
      [['--init-from', 'source', '--map', '*=x/*'], 'STATE_MISMATCH', 'No parameter of source/1 has the name'],
    ] as const) {
      const failure = await failureOf(() => train(...argv, '--run-name', 'refused'));
      expect([failure.code, failure.message], argv.join(' ')).to.satisfy(
        ([found, text]: [string, string]) => found === code && text.includes(message),
      );
    }
    expect(await readdir(join(folder(), 'results'))).to.not.include('refused');
  });

  it('is not changed by a resume, and a damaged start is found by verify', async () => {
    await source();
    const { run } = await train('--init-from', 'source', '--run-name', 'tuned', '--steps', '2');
    const failure = await failureOf(() =>
      train('--resume', 'tuned', '--override', '--init-from', 'source@2', '--steps', '4'),
    );
    expect(failure.code).to.equal('FLAG_CONFLICT');
    const file = join(run, 'init.safetensors');
    const bytes = await readFile(file);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(file, bytes);
    const { problems } = await verifyRun({ path: run, experiment: 'tuned', number: 1 }, { deep: true });
    expect(problems.map(({ path, message }) => `${path} ${message}`)).to.deep.equal([
      'init.safetensors does not match its checksum',
    ]);
  });
});
