import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeFiles, writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, metricsOf, train, trainUntil } from '../toy-run.test.support.js';

/** 20 examples in batches of 4: 5 steps an epoch. */
const settings = [...bothConfigs, '--epochs', '3', '--report-every', '1', '--run-name', 'lines'];

describe('an override within an epoch', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  const resume = (...words: string[]) => train(folder(), ['--resume', 'lines', ...words]);
  const changes: Record<string, readonly string[]> = {
    'the size of a batch': ['--batch-size', '2'],
    'the length of the data': ['--examples', '12'],
    'the order of the data': ['--seed', '3'],
  };
  for (const [what, words] of Object.entries(changes)) {
    it(`of ${what} is refused, or the epoch starts again`, async () => {
      await trainUntil(7, folder(), settings);
      const error = await failureOf(() => resume(...words, '--override'));
      expect(error.code).to.equal('OVERRIDE_MID_EPOCH');
      expect(error.message).to.include(words[0]).and.include('epoch 1').and.include('lines/1');
      expect(error.hint).to.include('--restart-epoch');
      const { run, step } = await resume(...words, '--override', '--restart-epoch');
      const perEpoch = { '--batch-size': 10, '--examples': 3, '--seed': 5 }[words[0]!]!;
      expect(step).to.equal(7 + 2 * perEpoch);
      const epochs = (await metricsOf(run)).filter(({ split }) => split === 'train').map(({ epoch }) => epoch);
      expect(epochs.slice(7)).to.deep.equal([...Array(perEpoch).fill(1), ...Array(perEpoch).fill(2)]);
    });

    it(`of ${what} is accepted after the last batch of an epoch`, async () => {
      await trainUntil(5, folder(), settings);
      const { step } = await resume(...words, '--override');
      expect(step).to.equal(5 + 2 * { '--batch-size': 10, '--examples': 3, '--seed': 5 }[words[0]!]!);
    });
  }

  it('of a flag that does not change the batches is accepted', async () => {
    await trainUntil(7, folder(), settings);
    expect((await resume('--learning-rate', '0.01', '--override')).step).to.equal(15);
  });

  it('is refused for corrected code that changes the batches, not for any other', async () => {
    await trainUntil(7, folder(), settings);
    await trainUntil(8, folder(), ['--resume', 'lines', '--code-from', 'project']);
    await writeFiles(folder(), { 'sizes.json': '{ "inputs": 2, "hidden": 3, "extra": 1 }\n' });
    await trainUntil(9, folder(), ['--resume', 'lines', '--code-from', 'project']);
    const file = join(folder(), 'data.ts');
    await writeFile(file, (await readFile(file, 'utf8')).replace('points(examples, 0)', 'points(examples, 1)'));
    const error = await failureOf(() => resume('--code-from', 'project'));
    expect(error.code).to.equal('OVERRIDE_MID_EPOCH');
    await resume('--code-from', 'project', '--restart-epoch');
  });

  it('can start the epoch again without any', async () => {
    await trainUntil(7, folder(), settings);
    expect((await resume('--restart-epoch')).step).to.equal(7 + 10);
  });
});
