import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { defineData, defineModel } from '../../config/define.js';
import { flag } from '../../config/flags/flag.js';
import { fromArrays } from '../../data/pipeline/arrays.js';
import type { TrialJob } from '../../jobs/job.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { ForgeLibrary } from '../forge.js';
import { bothConfigs, essenceOf, forgeIn, readJsonFile } from '../toy-run.test.support.js';
import { doTrial, trialOf, writeJob, writeSweep, writeSweepOf } from './sweep.test.support.js';

const child = fileURLToPath(new URL('./do-job.test.child.js', import.meta.url));
const settings = [...bothConfigs, '--steps', '12', '--report-every', '1', '--eval-every', '4', '--keep', 'all'];

/** Data that depend on what the process has done before: module state, which each trial must have for itself. */
const statefulPoints = `let calls = 0;
export function points(count: number, phase: number) {
  calls++;
  const x = Array.from({ length: count }, (_, row) => [Math.sin(row + phase + calls), Math.cos(row * calls)]);
  return { x, y: x.map(([a = 0, b = 0]) => [a - 0.5 * b]) };
}
`;

describe('trials in one process', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  it('have the same bits as each alone in a new process, also paused, continued and after a failure', async () => {
    await writeFile(join(folder(), 'points.ts'), statefulPoints);
    const sweep = await writeSweep(folder(), settings, 'together');
    const alone = await writeSweep(folder(), settings, 'alone');
    const values: TrialJob['flags'][] = [
      { seed: 0 },
      { learningRate: 1e30 },
      { seed: 1, hidden: 5 },
      { learningRate: 0.2 },
      { seed: 0 },
    ];
    await using runner = await new ForgeLibrary({ argv: [], warn: () => undefined }).jobRunner();
    const pauseAt = { unit: 'steps', at: 5 } as const;
    for (const [trial, flags] of values.entries()) {
      const paused = await doTrial(trialOf(sweep, trial, flags, { pauseAt }), {}, {}, runner);
      expect(paused.status).to.equal(trial === 1 ? 'failed' : 'paused');
    }
    for (const [trial, flags] of values.entries()) {
      if (trial === 1) continue;
      await doTrial(trialOf(sweep, trial, flags), { attempt: 2 }, {}, runner);
      const { file } = await writeJob(alone, { trial: trialOf(alone, trial, flags) });
      const process = spawn(globalThis.process.execPath, [child, file, '0'], { stdio: 'ignore' });
      expect((await once(process, 'close'))[0]).to.equal(0);
      const runOf = async (name: string) => {
        const { run } = await readJsonFile(name, 'trials', `${trial}.json`);
        return join(name, String((run as { number: number }).number));
      };
      const [one, other] = [await essenceOf(await runOf(sweep), 12), await essenceOf(await runOf(alone), 12)];
      expect(one.tensors, `trial ${trial}`).to.deep.equal(other.tensors);
      // The pause reports its step.
      const others = (lines: readonly string[]) => lines.filter((line) => !line.includes('"step":5,'));
      expect(others(one.metrics)).to.deep.equal(others(other.metrics.filter((line) => !line.includes('"notes"'))));
    }
  }).timeout(60_000);

  it('of configs that are objects: the trials run the same objects', async () => {
    const x = Array.from({ length: 8 }, (_, row) => [Math.sin(row), Math.cos(row)]);
    const data = defineData({
      flags: {},
      load: ({ seed }) => ({
        train: fromArrays({ x, y: x.map(([a = 0]) => [a]) })
          .shuffle(seed)
          .batch(2),
        valid: fromArrays({ x, y: x.map(([a = 0]) => [a]) }).batch(4),
      }),
    });
    const toy = { kind: 'toy', inputs: 'x', targets: 'y', hidden: 2, momentum: 0, dropout: 0.1, msPerStep: 0 };
    const model = defineModel({
      flags: { learningRate: flag.float(0.05, 'Learning rate.') },
      load: ({ learningRate }) => ({ ...toy, learningRate }),
    });
    const { forge } = forgeIn(folder());
    const set = { backend: 'toy', steps: 12, keep: 'all' };
    const prepared = await forge.config({ data, model, set });
    const sweep = await writeSweepOf(folder(), prepared, 'objects');
    await prepared.engine.dispose();
    await using runner = await forge.jobRunner({ data, model });
    const pauseAt = { unit: 'epochs', at: 2 } as const;
    const trial = trialOf(sweep, 1, { learningRate: 0.2 });
    expect(await doTrial({ ...trial, pauseAt }, {}, {}, runner)).to.include({ status: 'paused', step: 8, epoch: 2 });
    expect(await doTrial(trial, { attempt: 2 }, {}, runner)).to.include({ status: 'completed', step: 12 });
    const { run } = await forge.train({ data, model, set: { ...set, learningRate: 0.2 } });
    expect((await essenceOf(join(sweep, '1'), 12)).tensors).to.deep.equal((await essenceOf(run, 12)).tensors);
    const without = await doTrial(trialOf(sweep, 2, {}));
    expect([without.status, without.reason]).to.deep.equal([
      'refused',
      'The sweep objects stores no code: its configs were objects of a script.',
    ]);
  });
});
