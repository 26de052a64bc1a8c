import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { findRun } from '../../run/catalog/find-run.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeFiles, writeToyProject } from '../../testing/toy-project.js';
import { verifyRun } from '../../verify/verify-run.js';
import { bothConfigs, essenceOf, forgeIn, readJsonFile, train, trainUntil } from '../toy-run.test.support.js';

const settings = [...bothConfigs, '--steps', '12', '--run-name', 'lines'];

describe('--code-from project', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  const resume = ['--resume', 'lines', '--code-from', 'project'];
  const edit = async (name: string, from: string | RegExp, to: string) => {
    const path = join(folder(), name);
    const text = await readFile(path, 'utf8');
    const pattern = new RegExp(from);
    expect(text).to.match(pattern);
    await writeFile(path, text.replace(pattern, to));
  };
  const verify = async (run: string) => verifyRun(await findRun(run, folder()), { deep: true });
  const versionLoaded = async (run: string) => {
    const { forge } = forgeIn(folder());
    const loaded = await forge.loadFromCheckpoint<{ artefacts: { version?: number } }>(run);
    await loaded.restore();
    await loaded.dispose();
    return loaded.model.artefacts.version;
  };
  const correct = (version: number) => edit('model.ts', 'artefacts: \\{', `artefacts: { version: ${version},`);

  it('stores the corrected files next to the old, and the run then loads them and verifies', async () => {
    const { run } = await trainUntil(5, folder(), settings);
    const before = await readFile(join(run, 'code/model.ts'));
    for (const n of [1, 2]) {
      await writeFile(
        join(folder(), 'model.ts'),
        before.toString().replace('artefacts: {', `artefacts: { version: ${n},`),
      );
      await trainUntil(5 + n, folder(), resume);
      expect(await versionLoaded(run)).to.equal(n);
    }
    expect(await readFile(join(run, 'code/model.ts'))).to.deep.equal(before);
    await rm(join(folder(), 'model.ts'));
    await train(folder(), ['--resume', 'lines']);
    await rename(join(folder(), 'points.ts'), join(folder(), 'gone.ts'));
    expect(await versionLoaded(run)).to.equal(2);
    const { resumes } = (await readJsonFile(run, 'run.json')) as unknown as { resumes: { code?: number }[] };
    expect(resumes.map(({ code }) => code)).to.deep.equal([1, 2, undefined]);
    const { problems, loadable } = await verify(run);
    expect(problems).to.deep.equal([]);
    expect(loadable).to.include({ code: true, run: true });
  });

  it('continues to the same bits, where the corrected code computes the same', async () => {
    const straight = await train(folder(), settings);
    const { run } = await trainUntil(7, folder(), settings);
    await writeFile(
      join(folder(), 'points.ts'),
      `// A comment.\n${await readFile(join(folder(), 'points.ts'), 'utf8')}`,
    );
    await train(folder(), ['--resume', 'lines/2', '--code-from', 'project']);
    expect(await essenceOf(run, 12)).to.deep.equal(await essenceOf(straight.run, 12));
  });

  it('gives new flags their defaults, keeps removed ones in flags.json, and reports both', async () => {
    const { run } = await trainUntil(5, folder(), [...settings, '--ms-per-step', '0.5']);
    await edit('model.ts', /msPerStep: flag.*\n/, "warmup: flag.integer(3, 'Warm up.'),\n");
    await edit('model.ts', ', msPerStep } = flags', ' } = flags');
    await edit('model.ts', ' msPerStep,', '');
    const { forge, warnings } = forgeIn(folder(), resume);
    await forge.train(await forge.config());
    expect(warnings.join('\n')).to.include('--warmup 3').and.include('does not declare --ms-per-step');
    const { flags } = (await readJsonFile(run, 'flags.json')) as unknown as { flags: Record<string, object> };
    expect(flags.warmup).to.deep.equal({ value: 3, source: 'default' });
    expect(flags.msPerStep).to.deep.equal({ value: 0.5, source: 'command line' });
  });

  const faults: Record<string, () => Promise<unknown>> = {
    'does not parse': () => writeFile(join(folder(), 'model.ts'), 'export default {{'),
    'fails in load': () => edit('model.ts', 'return \\{', 'throw new Error("not yet"); return {'),
    'builds a model of another shape': () => edit('sizes.json', '"hidden": 3', '"hidden": 3, "inputs": 1'),
    'imports what cannot be traced': () => edit('model.ts', 'const \\{', 'await import(String(flags)); const {'),
    'is gone': () => rm(join(folder(), 'model.ts')),
  };
  for (const [how, spoil] of Object.entries(faults)) {
    it(`changes nothing in the run where the new code ${how}`, async () => {
      const { run } = await trainUntil(5, folder(), settings);
      const content = async () => {
        const names = await readdir(run, { recursive: true });
        return names.filter((name) => !/events|console|resume-lock|take-up/.test(name)).sort();
      };
      const [names, record] = [await content(), await readJsonFile(run, 'run.json')];
      await spoil();
      await failureOf(() => train(folder(), resume));
      expect(await content()).to.deep.equal(names);
      expect(await readJsonFile(run, 'run.json')).to.deep.equal(record);
      await train(folder(), ['--resume', 'lines']);
    });
  }

  it('stores altered code that is trusted, so that the run still loads', async () => {
    const { run } = await trainUntil(5, folder(), settings);
    const file = join(run, 'code/model.ts');
    await writeFile(file, (await readFile(file, 'utf8')).replace('artefacts: {', 'artefacts: { version: 9,'));
    const error = await failureOf(() => train(folder(), ['--resume', 'lines']));
    expect(error.hint).to.include('--code-from project').and.include('--trust-code');
    await train(folder(), ['--resume', 'lines', '--trust-code']);
    expect(await versionLoaded(run)).to.equal(9);
    const { damaged, loadable, problems } = await verify(run);
    expect(damaged).to.equal(false);
    expect(loadable).to.include({ code: true, run: true });
    expect(problems.map(({ path, damage }) => [path, damage])).to.deep.equal([['code/model.ts', false]]);
  });

  it('replaces altered or lost code without --trust-code', async () => {
    const { run } = await trainUntil(5, folder(), settings);
    await rm(join(run, 'code/points.ts'));
    await writeFile(join(run, 'code.json'), '{');
    await train(folder(), resume);
    expect((await verify(run)).loadable).to.include({ code: true, run: true });
    await versionLoaded(run);
  });

  it('requires a run', async () => {
    for (const words of [['--code-from', 'project'], ['--restart-epoch'], ['--override']]) {
      const error = await failureOf(() => train(folder(), [...settings, ...words]));
      expect([error.code, error.message]).to.deep.equal(['USAGE', `${words.join(' ')} requires --resume.`]);
    }
  });

  it('verifies corrected code, and finds what a failed resume left', async () => {
    const { run } = await trainUntil(5, folder(), settings);
    await correct(1);
    await train(folder(), resume);
    await writeFiles(run, { 'code.7/model.ts': '', 'code.7.json': '{}' });
    const leftover = await verify(run);
    expect(leftover.problems.map(({ kind, path }) => [kind, path])).to.deep.equal([
      ['leftover', 'code.7'],
      ['leftover', 'code.7.json'],
    ]);
    expect(leftover.loadable.code).to.equal(true);
    await writeFile(join(run, 'code.1/model.ts'), 'export default 1;');
    expect((await verify(run)).loadable).to.include({ code: false, run: false });
    expect((await failureOf(() => versionLoaded(run))).code).to.equal('CODE_ALTERED');
  });
});

describe('a run that stores no code', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  it('verifies, is not loaded without objects, and says how to read it', async () => {
    const { run } = await trainUntil(5, folder(), settings);
    await rm(join(run, 'code'), { recursive: true });
    await rm(join(run, 'code.json'));
    await writeFile(
      join(run, 'run.json'),
      JSON.stringify({ ...(await readJsonFile(run, 'run.json')), code: 'in-memory' }),
    );
    expect((await verifyRun(await findRun(run, folder()), { deep: true })).problems).to.deep.equal([]);
    const { forge } = forgeIn(folder());
    for (const load of [() => forge.loadFromCheckpoint(run), () => train(folder(), ['--resume', run])]) {
      const error = await failureOf(load);
      expect(error.code).to.equal('CODE_MISSING');
      expect(error.hint).to.include('code: false');
    }
    expect((await forge.loadFromCheckpoint(run, undefined, { code: false })).step).to.equal(5);
  });
});
