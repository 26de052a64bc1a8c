import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { JobResult } from '../../jobs/job.js';
import { readMedia } from '../../metrics/media/read-media.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { verifyRun } from '../../verify/verify-run.js';
import { bothConfigs, essenceOf, readJsonFile } from '../toy-run.test.support.js';
import { trialOf, writeJob, writeSweep } from './sweep.test.support.js';

const child = fileURLToPath(new URL('./do-job.test.child.js', import.meta.url));
const steps = 60;
const settings = [
  ...[...bothConfigs, '--steps', String(steps), '--report-every', '1', '--eval-every', '4'],
  ...['--save-every', '5', '--ms-per-step', '15'],
];

describe('a job whose former process goes on', () => {
  const folder = useTemporaryFolder();
  const children = new Set<ChildProcess>();
  beforeEach(() => writeToyProject(folder()));
  afterEach(() => {
    for (const process of children) process.kill('SIGKILL');
    children.clear();
  });

  const start = async (sweep: string, trial: number, attempt: number, pause = 0) => {
    const { file, index } = await writeJob(sweep, { trial: trialOf(sweep, trial, { seed: 1 }), attempt });
    const process = spawn(globalThis.process.execPath, [child, file, String(index), String(pause)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(process);
    process.stdout.resume();
    let printed = '';
    process.stderr.on('data', (text) => {
      printed += String(text);
    });
    const ended = once(process, 'close').then(([status]) => {
      expect(status, printed).to.equal(0);
      return JSON.parse(printed.trim().split('\n').at(-1)!) as JobResult;
    });
    return { process, ended };
  };

  const reached = async (run: string, step: number) => {
    const saved = () => existsSync(join(run, 'checkpoints')) && readdirSync(join(run, 'checkpoints'));
    while (!(saved() || []).some((name) => Number(name) >= step)) await delay(5);
  };

  const notesOf = async (run: string) => {
    const notes: [number, string][] = [];
    for await (const { step, file } of readMedia(run)) {
      notes.push([step, await readFile(join(run, file), 'utf8')]);
    }
    return notes;
  };

  for (const how of ['is stopped for a while', 'simply goes on'] as const) {
    it(`is taken over bit-exactly, where that process ${how}; it writes nothing more`, async () => {
      const sweep = await writeSweep(folder(), settings);
      const undisturbed = await start(sweep, 1, 1);
      expect((await undisturbed.ended).status).to.equal('completed');
      // So slow that it cannot end before the other has started.
      const first = await start(sweep, 2, 1, 250);
      const run = join(sweep, '2');
      await reached(run, 15);
      if (how === 'is stopped for a while') first.process.kill('SIGSTOP');
      const second = await start(sweep, 2, 2);
      await reached(run, 35);
      first.process.kill('SIGCONT');
      expect(await second.ended).to.include({ status: 'completed', step: steps });
      expect(await first.ended).to.include({ status: 'superseded' });

      expect(await essenceOf(run, steps)).to.deep.equal(await essenceOf(join(sweep, '1'), steps));
      expect(await notesOf(run)).to.deep.equal(await notesOf(join(sweep, '1')));
      const { process, resumes, status } = await readJsonFile(run, 'run.json');
      expect([(process as { pid: number }).pid, status]).to.deep.equal([second.process.pid, 'completed']);
      const [{ step: from }] = resumes as unknown as [{ step: number }];
      const printed = (await readFile(join(run, 'console.log'), 'utf8')).match(/step \d+ by \d+/g)!;
      const ownFrom = printed.findIndex((line) => line.endsWith(` ${second.process.pid}`));
      expect(printed.slice(ownFrom)).to.deep.equal(
        Array.from({ length: steps - from }, (_, index) => `step ${from + index + 1} by ${second.process.pid}`),
      );
      const checkpoints = await readdir(join(run, 'checkpoints'));
      expect(checkpoints.sort()).to.deep.equal((await readdir(join(sweep, '1', 'checkpoints'))).sort());
      const names = (await readdir(run)).filter((name) => name.includes('.writing-'));
      expect(names).to.deep.equal([]);
      const verified = await verifyRun({ path: run, experiment: 'lines', number: 2 }, { deep: true });
      expect(verified.problems).to.deep.equal([]);
      const record = await readJsonFile(sweep, 'trials', '2.json');
      expect(record).to.deep.include({ attempt: 2, result: await second.ended });
      expect((record.process as { host: string }).host).to.equal(hostname());
    }).timeout(120_000);
  }
});
