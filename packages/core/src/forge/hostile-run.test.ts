import { spawnSync } from 'node:child_process';
import {
  cp,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { isForgeError } from '../errors/forge-error.js';
import { useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../testing/toy-project.js';
import { repairRun } from '../verify/repair-run.js';
import { verifyRun } from '../verify/verify-run.js';
import { bothConfigs, train, trainUntil } from './toy-run.test.support.js';

/** Every file and folder that a run writes, renames or removes. */
const places = [
  'run.json',
  'flags.json',
  'code.json',
  'code',
  'code/data.ts',
  'metrics.jsonl',
  'console.log',
  'events.out.tfevents.1.old',
  'git.diff',
  'checkpoints',
  'checkpoints/4',
  'checkpoints/4/checkpoint.json',
  'checkpoints/4/parameters.safetensors',
  'checkpoints/8',
  'checkpoints/.writing-9-99999999-00000000',
  'checkpoints/.removing-9-99999999-00000000',
  'quarantine',
  '.resume-lock',
  '.resume-lock/1',
  '.metrics.jsonl.writing-99999999',
];

const kinds: Readonly<Record<string, (path: string, victim: string) => Promise<unknown> | unknown>> = {
  'a link to a file': (path, victim) => symlink(join(victim, 'file'), path),
  'a link to a folder': (path, victim) => symlink(join(victim, 'folder'), path),
  'a link to a copy of what was there': (path, victim) => symlink(join(victim, 'copy'), path),
  'a dangling link': (path, victim) => symlink(join(victim, 'none'), path),
  'a hard link': (path, victim) => link(join(victim, 'copy'), path).catch(() => link(join(victim, 'file'), path)),
  'a pipe': (path) => spawnSync('mkfifo', [path]),
  'a link to a device': (path) => symlink('/dev/zero', path),
};

/** Names, kinds and bytes of all below a folder. */
async function contentOf(folder: string): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    const status = await lstat(path);
    if (status.isFile()) content[name] = (await readFile(path)).toString('latin1');
    else content[name] = status.isSymbolicLink() ? `-> ${await readlink(path)}` : 'a folder';
  }
  return content;
}

describe('a run with something in place of a file or folder of its own', () => {
  const folder = useTemporaryFolder();
  let original: string | undefined;

  const uses: Readonly<Record<string, (run: string) => Promise<unknown>>> = {
    resumed: (run) => train(folder(), ['--resume', run]),
    repaired: async (run) => {
      // A log with a part to be put away, so that it is rewritten where nothing stands in the way.
      const path = run.split('/');
      const place = { path: run, experiment: path.at(-2)!, number: Number(path.at(-1)) };
      return repairRun(await verifyRun(place, { deep: true }), { deep: true });
    },
  };

  async function setUp(): Promise<void> {
    if (original?.startsWith(folder())) return;
    await writeToyProject(folder());
    const words = [...bothConfigs, '--run-name', 'line', '--steps', '12', '--save-every', '4'];
    const { run } = await trainUntil(9, folder(), words);
    original = run;
    await rm(join(run, 'checkpoints/9'), { recursive: true });
  }

  for (const [use, work] of Object.entries(uses)) {
    it(`changes nothing outside when it is ${use}, and never waits`, async () => {
      await setUp();
      const mistakes: string[] = [];
      let number = 10;
      for (const place of places) {
        for (const [kind, make] of Object.entries(kinds)) {
          const what = `${place}: ${kind}`;
          const run = join(folder(), 'results', 'line', String(++number));
          const victim = join(folder(), 'victim');
          await cp(original!, run, { recursive: true });
          await mkdir(join(victim, 'folder'), { recursive: true });
          await writeFile(join(victim, 'file'), 'precious\n');
          await writeFile(join(victim, 'folder/.writing-9-99999999-00000000'), 'precious\n');
          await writeFile(join(victim, 'folder/30'), 'precious\n');
          await cp(join(run, place), join(victim, 'copy'), { recursive: true }).catch(() =>
            writeFile(join(victim, 'copy'), ''),
          );
          // Something to repair, so that a repair does what it can.
          await truncate(join(run, 'checkpoints/8/state.safetensors'), 9);
          await rm(join(run, place), { recursive: true, force: true });
          await mkdir(dirname(join(run, place)), { recursive: true });
          await make(join(run, place), victim);
          const before = await contentOf(victim);
          try {
            await work(run);
          } catch (error) {
            if (!isForgeError(error)) mistakes.push(`${what}: ${String(error)}`);
          }
          if (JSON.stringify(await contentOf(victim)) !== JSON.stringify(before))
            mistakes.push(`${what}: the victim changed`);
          await rm(run, { recursive: true });
          await rm(victim, { recursive: true });
        }
      }
      expect(mistakes).to.deep.equal([]);
    }).timeout(120_000);
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
      await setUp();
      const run = join(folder(), 'results', 'line', '2');
      const victim = join(folder(), 'victim');
      await cp(original!, run, { recursive: true });
      await mkdir(join(victim, 'folder'), { recursive: true });
      await cp(join(run, place), join(victim, 'copy'), { recursive: true }).catch(() => undefined);
      await rm(join(run, place), { recursive: true, force: true });
      await kinds[kind]!(join(run, place), victim);
      const before = await readdir(run, { recursive: true });
      const error = await train(folder(), ['--resume', run]).catch((refused: unknown) => refused);
      expect(isForgeError(error) && [error.code, error.about]).to.deep.equal(['PATH_UNSAFE', join(run, place)]);
      expect(await readdir(run, { recursive: true })).to.deep.equal(before);
    });
  }
});
