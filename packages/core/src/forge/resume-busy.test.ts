import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../testing/toy-project.js';
import { bothConfigs, forgeIn, readJsonFile, train, trainUntil } from './toy-run.test.support.js';

const settings = [...bothConfigs, '--steps', '23', '--report-every', '3', '--eval-every', '4', '--run-name', 'lines'];

describe('--resume of a run that a process works on', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  it('is refused for a run that still runs', async () => {
    let error: Awaited<ReturnType<typeof failureOf>> | undefined;
    const hooks = {
      checkpoint: async () => {
        error = await failureOf(() => train(folder(), ['--resume', 'lines']));
      },
    };
    await train(folder(), settings, { hooks });
    expect(error?.code).to.equal('RUN_BUSY');
    expect(error?.message).to.include(String(process.pid));
  });

  it('is refused for a run that another process has taken up meanwhile', async () => {
    const { run } = await trainUntil(9, folder(), settings);
    const late = forgeIn(folder(), ['--resume', 'lines']).forge;
    const experiment = await late.config();
    let error: Awaited<ReturnType<typeof failureOf>> | undefined;
    const hooks = {
      checkpoint: async () => {
        error = await failureOf(() => late.train(experiment));
      },
    };
    await train(folder(), ['--resume', 'lines'], { hooks });
    expect(error?.code).to.equal('RUN_BUSY');
    expect((await readJsonFile(run, 'run.json')).resumes).to.have.length(1);
  });

  it('ends the process that had the run before, once it was taken over, before it writes more', async () => {
    const taker = { host: 'elsewhere', pid: 7, startTime: 1 };
    for (const mode of ['sync', 'async']) {
      let run = '';
      const checkpoint = async ({ step, path }: { step: number; path: string }) => {
        if (step !== 4) return;
        run = join(path, '../..');
        await writeFile(
          join(run, 'run.json'),
          JSON.stringify({ ...(await readJsonFile(run, 'run.json')), process: taker }),
        );
      };
      const words = [...settings, '--save-every', '2', '--save-mode', mode];
      const error = await failureOf(() => train(folder(), words, { hooks: { checkpoint } }));
      expect([error.code, error.message.replace(/^\S+/, 'it')]).to.deep.equal([
        'RUN_BUSY',
        'it was taken over by process 7 on elsewhere.',
      ]);
      expect((await readJsonFile(run, 'run.json')).process).to.deep.equal(taker);
      expect(await readdir(join(run, 'checkpoints'))).to.have.members(['2', '4']);
    }
  });
});
