import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { image } from '../../metrics/media/image.js';
import { readMedia } from '../../metrics/media/read-media.js';
import { text } from '../../metrics/media/text.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { verifyRun } from '../../verify/verify-run.js';
import { bothConfigs, forgeIn, metricsOf } from '../toy-run.test.support.js';

const settings = [...bothConfigs, '--steps', '12', '--save-every', '4', '--keep', 'all', '--run-name', 'media'];

describe('media that a run logs', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  /** A loop that logs a picture and a text at every third step, and stops after some step. */
  async function train(argv: readonly string[], until: number) {
    const { forge, warnings } = forgeIn(folder(), argv);
    await using prepared = await forge.config();
    const data = await forge.loadData(prepared);
    const { session } = await forge.build(prepared, data);
    const run = await forge.initCheckpoint(prepared, { ...(await forge.build(prepared, data)), session });
    for await (const { batch, step, epoch } of run.steps(data.train)) {
      run.log(await session.step(batch, { step, metrics: true }));
      const done = step + 1;
      if (done % 3 === 0) {
        const values = { picture: image([[done / 12]]), note: text(`at ${done}`), level: done };
        run.log({ step: done, epoch, split: 'samples', values });
        run.log({ step: done, epoch, split: 'notes', values: { only: text('no number') } });
      }
      if (done === until) break;
    }
    return { run, warnings };
  }

  const logged = async (run: string) => {
    const entries: string[] = [];
    for await (const { step, split, name } of readMedia(run)) entries.push(`${step} ${split}.${name}`);
    return entries;
  };
  const expected = (steps: readonly number[]) =>
    steps.flatMap((step) => [`${step} samples.picture`, `${step} samples.note`, `${step} notes.only`]);

  it('are files of the run beside its numbers, and a resume logs each step once', async () => {
    const { run, warnings } = await train(settings, 7);
    expect(warnings).to.deep.equal([]);
    expect(await logged(run.folder)).to.deep.equal(expected([3, 6]));
    expect(await readFile(join(run.folder, 'media/6/samples.note.txt'), 'utf8')).to.equal('at 6');
    expect(run.metrics).to.have.keys('train', 'samples');
    expect(run.metrics.samples).to.deep.equal({ level: 6 });
    // As if it had been killed there: a resume begins at step 4.
    await rm(join(run.folder, 'checkpoints/7'), { recursive: true });
    await train(['--resume', 'media'], 12);
    expect(await logged(run.folder)).to.deep.equal(expected([3, 6, 9, 12]));
    const levels = (await metricsOf(run.folder)).filter(({ split }) => split === 'samples');
    expect(levels.map(({ values }) => values.level)).to.deep.equal([3, 6, 9, 12]);
  });

  it('are checked by verify', async () => {
    const { run } = await train(settings, 4);
    const folder = { path: run.folder, experiment: 'media', number: 1 };
    expect((await verifyRun(folder, { deep: true })).problems).to.deep.equal([]);
    await rm(join(run.folder, 'media/3/samples.picture.png'));
    const { problems } = await verifyRun(folder, { deep: true });
    expect(problems.map(({ path, message }) => `${path} ${message}`)).to.deep.equal([
      'media/3/samples.picture.png is missing, but media.jsonl names it',
    ]);
  });
});
