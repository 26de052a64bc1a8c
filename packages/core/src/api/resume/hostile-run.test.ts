import { cp, mkdtemp, readdir, realpath, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { isForgeError } from '../../errors/forge-error.js';
import { contentBelow, hostileKinds, passingPlaces, putInPlace } from '../../testing/hostile-files.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { repairRun } from '../../verify/repair-run.js';
import { verifyRun } from '../../verify/verify-run.js';
import { bothConfigs, train, trainUntil } from '../toy-run.test.support.js';

/** Every file and folder that a run writes, renames or removes. */
const places = [
  'run.json',
  'flags.json',
  'code.json',
  'code',
  'code/data.ts',
  'metrics.jsonl',
  'console.log',
  'checkpoints',
  'checkpoints/4',
  'checkpoints/4/checkpoint.json',
  'checkpoints/4/parameters.safetensors',
  'checkpoints/8',
  ...passingPlaces,
];

describe('a run with a link, pipe or device in place of a file or folder', () => {
  let root = '';
  let original = '';

  const uses: Readonly<Record<string, (run: string) => Promise<unknown>>> = {
    resumed: (run) => train(root, ['--resume', run]),
    repaired: async (run) => {
      // A log with a corrupt part, so that a repair rewrites it.
      const place = { path: run, experiment: 'line', number: Number(basename(run)) };
      return repairRun(await verifyRun(place, { deep: true }), { deep: true });
    },
  };

  before(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'forge-hostile-')));
    await writeToyProject(root);
    const words = [...bothConfigs, '--run-name', 'line', '--steps', '10', '--save-every', '4'];
    original = (await trainUntil(9, root, words)).run;
    await rm(join(original, 'checkpoints/9'), { recursive: true });
  });
  afterEach(async () => {
    await rm(join(root, 'results/line/2'), { recursive: true, force: true });
    await rm(join(root, 'victim'), { recursive: true, force: true });
  });
  after(() => rm(root, { recursive: true, force: true }));

  // Each kind in each place, resumed or repaired in turns: `npm run torture -- hostile-links` tries each of the two.
  for (const [at, kind] of Object.keys(hostileKinds).entries()) {
    it(`changes nothing outside when it is resumed or repaired, and never waits: ${kind}`, async () => {
      const mistakes: string[] = [];
      for (const [index, place] of places.entries()) {
        const [use, work] = Object.entries(uses)[(at + index) % 2]!;
        const run = join(root, 'results', 'line', String(index + 10));
        const victim = join(root, 'victim');
        await cp(original, run, { recursive: true });
        // Something to repair, so that a repair does what it can.
        await truncate(join(run, 'checkpoints/8/state.safetensors'), 9);
        await putInPlace(run, place, kind, victim);
        const before = await contentBelow(victim);
        try {
          await work(run);
        } catch (error) {
          if (!isForgeError(error)) mistakes.push(`${place}, ${use}: ${String(error)}`);
        }
        if ((await contentBelow(victim)) !== before) mistakes.push(`${place}, ${use}: the victim changed`);
        await rm(run, { recursive: true });
        await rm(victim, { recursive: true });
      }
      expect(mistakes).to.deep.equal([]);
    });
  }

  for (const [place, kind] of [
    ['metrics.jsonl', 'a link to a copy of what was there'],
    ['metrics.jsonl', 'a hard link'],
    ['console.log', 'a pipe'],
    ['console.log', 'a link to a device'],
    ['checkpoints', 'a link to a copy of what was there'],
    ['quarantine', 'a link to a folder'],
    ['.resume-lock', 'a link to a folder'],
    ['run.json', 'a link to a copy of what was there'],
  ] as const) {
    it(`is refused before anything of it changes: ${place} as ${kind}`, async () => {
      const run = join(root, 'results/line/2');
      const victim = join(root, 'victim');
      await cp(original, run, { recursive: true });
      await putInPlace(run, place, kind, victim);
      const before = await readdir(run, { recursive: true });
      const error = await train(root, ['--resume', run]).catch((refused: unknown) => refused);
      expect(isForgeError(error) && [error.code, error.about]).to.deep.equal(['PATH_UNSAFE', join(run, place)]);
      expect(await readdir(run, { recursive: true })).to.deep.equal(before);
    });
  }
});
