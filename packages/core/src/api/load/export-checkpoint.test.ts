import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { readSafetensors } from '../../tensor/safetensors.js';
import { type Batch, tensor } from '../../tensor/tensor-data.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeFiles, writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, forgeIn, train } from '../toy-run.test.support.js';

const inputs: Batch = { x: tensor(new Float32Array([0.5, -1, 2, 0.25, 0, 1]), [3, 2]) };

describe('export and prediction without the code of the run', () => {
  const folder = useTemporaryFolder();
  const run = () => join(folder(), 'results/model/1');
  const out = (name: string) => join(folder(), name);
  const forge = () => forgeIn(folder()).forge;

  beforeEach(async () => {
    await writeToyProject(folder());
    await train(folder(), [...bothConfigs, '--steps', '6', '--save-every', '3', '--run-name', 'model']);
  });

  /** No code of the run can be run any more. */
  async function breakCode(): Promise<void> {
    await writeFile(join(run(), 'code/model.ts'), 'throw new Error("was run");');
  }

  it('exports the parameters as safetensors, of the latest checkpoint or of a step', async () => {
    await breakCode();
    const newest = await forge().exportCheckpoint(run(), { out: out('weights.safetensors') });
    expect(newest).to.deep.equal({
      run: run(),
      step: 6,
      format: 'safetensors',
      notes: [],
      description: 'The parameters only, in one file.',
      out: out('weights.safetensors'),
    });
    const { tensors } = await readSafetensors(out('weights.safetensors'));
    expect([...tensors.keys()]).to.include('layer0.weights');
    await forge().exportCheckpoint(run(), { out: out('early'), format: 'safetensors', step: 3 });
    expect(await readFile(out('early'))).to.deep.equal(
      await readFile(join(run(), 'checkpoints/3/parameters.safetensors')),
    );
    expect((await failureOf(() => forge().exportCheckpoint(run(), { out: out('x.toy'), step: 4 }))).code).to.equal(
      'CHECKPOINT_NOT_FOUND',
    );
  });

  it("exports in a plugin's format, named by the extension or by the option, to a file or a folder", async () => {
    await breakCode();
    await forge().exportCheckpoint(run(), { out: out('whole.toy') });
    expect(JSON.parse(await readFile(out('whole.toy'), 'utf8')).inputs).to.equal('x');
    await forge().exportCheckpoint(run(), { out: out('all'), format: 'toy-folder' });
    expect((await readdir(out('all'))).sort()).to.deep.equal(['model.toy', 'parameters.safetensors']);
    const left = (await readdir(folder())).filter((name) => name.includes('writing'));
    expect(left).to.deep.equal([]);
  });

  it('overwrites nothing without force, and in a folder only the files it writes', async () => {
    await writeFiles(folder(), { 'w.toy': 'mine', 'all/notes.txt': 'mine', 'all/model.toy': 'mine' });
    for (const options of [{ out: out('w.toy') }, { out: out('all'), format: 'toy-folder' }]) {
      const error = await failureOf(() => forge().exportCheckpoint(run(), options));
      expect(error.message).to.equal(`${options.out} already exists.`);
      expect(error.hint).to.include('--force');
      await forge().exportCheckpoint(run(), { ...options, force: true });
    }
    expect(await readFile(out('w.toy'), 'utf8')).to.not.equal('mine');
    expect(await readFile(join(out('all'), 'notes.txt'), 'utf8')).to.equal('mine');
    expect(await readFile(join(out('all'), 'model.toy'), 'utf8')).to.not.equal('mine');
    const error = await failureOf(() =>
      forge().exportCheckpoint(run(), { out: out('all'), format: 'toy', force: true }),
    );
    expect(error.message).to.equal(`Cannot replace the folder ${out('all')} with a file.`);
  });

  it('writes nothing into the run, however its path is written', async () => {
    await symlink(run(), out('link'));
    for (const place of [run(), join(run(), 'checkpoints/6'), out('link')]) {
      const options = { out: join(place, 'model.toy'), force: true };
      const error = await failureOf(() => forge().exportCheckpoint(run(), options));
      expect([error.code, error.message]).to.deep.equal([
        'USAGE',
        `${options.out} is inside the run folder, which an export must not change.`,
      ]);
    }
  });

  it('lists the formats, and names what is wrong with the output path or the checkpoint', async () => {
    const failure = (name: string, format?: string) =>
      failureOf(() => forge().exportCheckpoint(run(), { out: out(name), format }));
    const typo = await failure('x', 'safetensor');
    expect(typo.message).to.include('There is no export format "safetensor". Available: safetensors, toy, toy-folder');
    expect(typo.hint).to.equal('Did you mean --format safetensors?');
    const none = await failure('x');
    expect(none.message).to.equal('The output name has no extension that names a format.');
    expect(none.hint).to.match(/^Name one: --format safetensors\|toy\|toy-folder\b/);
    expect((await failure('no/x.toy')).code).to.equal('FILE_SYSTEM');

    await rm(join(run(), 'checkpoints/3'), { recursive: true });
    await writeFile(join(run(), 'checkpoints/6/model.toy'), '{}');
    expect((await failure('x.toy')).code).to.equal('CHECKPOINT_CORRUPT');
  });

  it('predicts without code what the code predicts', async () => {
    const loaded = await forge().loadFromCheckpoint(run(), 3);
    await loaded.restore();
    const expected = await loaded.session.predict(inputs);
    await loaded.dispose();
    await breakCode();
    const predictor = await forge().openPredictor(run(), 3);
    expect(predictor.step).to.equal(3);
    expect(await predictor.predict(inputs)).to.deep.equal(expected);
    await predictor.dispose();
    expect((await forge().openPredictor(run())).step).to.equal(6);
  });

  it('names a backend that cannot predict without code', async () => {
    const other = join(folder(), 'other');
    await mkdir(other);
    await cp(run(), join(other, 'run'), { recursive: true });
    const record = JSON.parse(await readFile(join(other, 'run/run.json'), 'utf8'));
    record.backend.name = 'null';
    await writeFile(join(other, 'run/run.json'), JSON.stringify(record));
    const error = await failureOf(() => forge().openPredictor(join(other, 'run')));
    expect([error.code, error.message]).to.deep.equal([
      'ABILITY_MISSING',
      'The backend null cannot run its checkpoints without code.',
    ]);
    expect(error.hint).to.include('--no-code');
  });
});
