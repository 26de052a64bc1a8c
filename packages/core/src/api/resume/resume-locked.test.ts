import { utimesSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { ForgeLibrary } from '../forge.js';
import { bothConfigs, forgeIn, readJsonFile, train, trainUntil } from '../toy-run.test.support.js';

const settings = [...bothConfigs, '--steps', '23', '--report-every', '3', '--eval-every', '4', '--run-name', 'lines'];

describe('--resume of a run that another process trains', () => {
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
    expect(error?.code).to.equal('RUN_LOCKED');
    expect(error?.message).to.include(String(process.pid));
  });

  it('is refused for a run that another process has resumed meanwhile', async () => {
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
    expect(error?.code).to.equal('RUN_LOCKED');
    expect((await readJsonFile(run, 'run.json')).resumes).to.have.length(1);
  });

  it('watches a run of another host, whose clock is behind, before anything changes', async () => {
    const { run } = await trainUntil(9, folder(), settings);
    const file = join(run, 'run.json');
    const record: object = await readJsonFile(file);
    const elsewhere = { host: 'elsewhere', pid: 7, startTime: 1 };
    await writeFile(file, JSON.stringify({ ...record, status: 'running', process: elsewhere }));
    const late = (Date.now() - 90_000) / 1000;
    const resume = async (watchMs: number) => {
      const warnings: string[] = [];
      const forge = new ForgeLibrary({
        directory: folder(),
        argv: ['--resume', 'lines'],
        watchMs,
        warn: (message) => void warnings.push(message),
      });
      return { warnings, result: await forge.train(await forge.config()) };
    };
    const beating = setInterval(() => utimesSync(file, late + Math.random(), late), 50);
    try {
      expect((await failureOf(() => resume(20_000))).code).to.equal('RUN_LOCKED');
    } finally {
      clearInterval(beating);
    }
    const { warnings, result } = await resume(100);
    expect(warnings).to.include('Checking whether lines/1 is still running on host elsewhere …');
    expect(result.status).to.equal('completed');
  });

  it('ends the previous process of a resumed run before it writes more', async () => {
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
        'RUN_LOCKED',
        'it was taken over by process 7 on elsewhere.',
      ]);
      expect((await readJsonFile(run, 'run.json')).process).to.deep.equal(taker);
      expect(await readdir(join(run, 'checkpoints'))).to.have.members(['2', '4']);
    }
  });
});
