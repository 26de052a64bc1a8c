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
import { RandomStream } from '@forge-ml/core';
import { inFolder } from '../cli/folder.js';
import { commandsOn, lookAt, trainVictim } from './hostile-folder.js';
import { sized, type TortureIdea, type TortureRequest, type TortureResult } from './idea.js';

/** Puts links, pipes and devices in the place of a run's own files, and has real processes work on it. */
export const hostileLinks: TortureIdea = {
  name: 'hostile-links',
  bar: 'whatever stands in the place of a file or folder of a run, nothing outside the run changes and nothing hangs',
  run: (request) => inFolder((folder) => tryIn(folder, request)),
};

const kinds: Readonly<Record<string, (path: string, victim: string) => unknown>> = {
  'a link to a file': (path, victim) => symlink(join(victim, 'file'), path),
  'a link to a folder': (path, victim) => symlink(join(victim, 'folder'), path),
  'a link to its copy': (path, victim) => symlink(join(victim, 'copy'), path),
  'a dangling link': (path, victim) => symlink(join(victim, 'none'), path),
  'a hard link': (path, victim) => link(join(victim, 'copy'), path).catch(() => link(join(victim, 'file'), path)),
  'a pipe': (path) => spawnSync('mkfifo', [path]),
  'a device': (path) => symlink('/dev/zero', path),
};

async function tryIn(folder: string, request: TortureRequest): Promise<TortureResult> {
  const trials = sized(request, { slice: 8, whole: 300 });
  const random = RandomStream.of(request.seed, 'hostile-links');
  const original = await trainVictim(folder);
  const own = ['quarantine', '.resume-lock', 'git.diff', ...(await readdir(original, { recursive: true }))].sort();
  const faults: string[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const place = own[random.below(own.length)]!;
    const [kind, make] = Object.entries(kinds)[random.below(Object.keys(kinds).length)]!;
    const run = join(folder, 'results', 'line', String(trial + 2));
    const victim = join(folder, 'victim');
    await cp(original, run, { recursive: true });
    await mkdir(join(victim, 'folder'), { recursive: true });
    for (const name of ['file', 'folder/30']) await writeFile(join(victim, name), 'precious\n');
    await cp(join(run, place), join(victim, 'copy'), { recursive: true }).catch(() =>
      writeFile(join(victim, 'copy'), ''),
    );
    // Something to repair, so that a repair does what it can.
    await truncate(join(run, 'checkpoints/8/state.safetensors'), 9);
    await rm(join(run, place), { recursive: true, force: true });
    await mkdir(dirname(join(run, place)), { recursive: true });
    await make(join(run, place), victim);
    const before = await contentOf(victim);
    const commands = Object.entries(commandsOn(run, folder));
    const [command, words] = commands[random.below(commands.length)]!;
    const { fault } = await lookAt(folder, words, 60);
    const what = `${command} with ${kind} as ${place}`;
    if (fault !== undefined) faults.push(`${what}: ${fault}`);
    if ((await contentOf(victim)) !== before) faults.push(`${what}: what is outside the run changed`);
    await rm(run, { recursive: true });
    await rm(victim, { recursive: true });
    if (trial % 50 === 49) request.say(`${trial + 1} of ${trials}`);
  }
  return { measured: `${trials} runs, ${own.length} places, ${Object.keys(kinds).length} kinds`, faults };
}

/** Names, kinds and bytes of all below a folder, as one text. */
async function contentOf(folder: string): Promise<string> {
  const content: string[] = [];
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    const status = await lstat(path);
    const is = status.isFile()
      ? (await readFile(path)).toString('latin1')
      : status.isSymbolicLink()
        ? await readlink(path)
        : '';
    content.push(`${name}: ${is}`);
  }
  return content.join('\n');
}
