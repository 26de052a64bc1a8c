import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { defineData, defineModel } from '../../config/define.js';
import { flag } from '../../config/flags/flag.js';
import { fromArrays } from '../../data/pipeline/arrays.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, forgeIn, train } from '../toy-run.test.support.js';

const data = defineData({ flags: {}, load: () => ({ train: fromArrays({ x: [[1, 2]], y: [[1]] }).batch(1) }) });
const model = defineModel({
  flags: { hidden: flag.integer(4, 'Units.') },
  load: ({ hidden }) => ({ kind: 'toy', inputs: 'x', targets: 'y', learningRate: 0.1, momentum: 0.9, hidden }),
});

describe('Forge.loadFromCheckpoint of a run that stores no code', () => {
  const folder = useTemporaryFolder();
  let run: string;

  beforeEach(async () => {
    await writeToyProject(folder());
    ({ run } = await train(folder(), [...bothConfigs, '--steps', '2', '--hidden', '5']));
  });

  /** As a script leaves it that gave objects instead of files. */
  async function forgetCode(): Promise<void> {
    const file = join(run, 'run.json');
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), code: 'in-memory' }));
    await rm(join(run, 'code'), { recursive: true });
    await rm(join(run, 'code.json'), { force: true });
  }

  it('loads with the objects: flags from the run, and its parameters', async () => {
    const { forge } = forgeIn(folder());
    await using before = await forge.loadFromCheckpoint(run);
    const expected = await before.predict({ x: [[1, 2]] });
    await forgetCode();
    await using loaded = await forge.loadFromCheckpoint(run, { code: { data, model } });
    expect(loaded.config).to.include({ hidden: 5, steps: 2 });
    expect(loaded.data.train.length).to.equal(1);
    expect(await loaded.predict({ x: [[1, 2]] })).to.deep.equal(expected);
    await using without = await forge.loadFromCheckpoint(run, { code: { model }, data: false });
    expect(await without.predict({ x: [[1, 2]] })).to.deep.equal(expected);
    const unknown = { code: { data, model }, overrideFlags: { hiden: 3 } };
    expect((await failureOf(() => forge.loadFromCheckpoint(run, unknown))).hint).to.equal('Did you mean --hidden?');
  });

  it('loads what Forge.train made from the objects, to the parameters that it saved', async () => {
    const { forge } = forgeIn(folder());
    const made = await forge.train({ data, model, set: { backend: 'toy', steps: 3, hidden: 7 } });
    await using loaded = await forge.loadFromCheckpoint(made.run, { checkpoint: 'latest', code: { data, model } });
    expect([loaded.step, loaded.config.hidden, loaded.run.code]).to.deep.equal([3, 7, 'in-memory']);
    await loaded.restore();
    const saved = await forge.loadFromCheckpoint(made.run, { code: false });
    expect((await loaded.session.capture()).parameters).to.deep.equal(saved.parameters);
    expect((await failureOf(() => forge.loadFromCheckpoint(made.run))).code).to.equal('CODE_MISSING');
  });

  it('requires them, each in its role, and refuses them where the run stores code', async () => {
    const { forge } = forgeIn(folder());
    const failure = (options: object) => failureOf(() => forge.loadFromCheckpoint(run, options));
    const stored = await failure({ code: { data, model } });
    expect([stored.code, stored.hint]).to.deep.equal(['USAGE', 'Omit `code`.']);
    await forgetCode();
    const missing = await failure({});
    expect(missing.code).to.equal('CODE_MISSING');
    expect(missing.hint).to.include('{ code: { data, model } }');
    expect((await failure({ code: { data: model, model } })).message).to.equal(
      'The object given as the data config declares a model config.',
    );
    expect((await failure({ code: { model } })).message).to.equal(
      'The data config given as an object has no load function.',
    );
    expect((await failure({ code: { data, modle: model } })).hint).to.equal('Did you mean "model"?');
    expect((await forge.loadFromCheckpoint(run, { code: false })).step).to.equal(2);
  });
});
