import { spawnSync } from 'node:child_process';
import { cp, link, lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What an attacker can put in place of a file or folder of a run. @param victim see `putInPlace` */
export const hostileKinds: Readonly<Record<string, (path: string, victim: string) => Promise<unknown>>> = {
  'a link to a file': (path, victim) => symlink(join(victim, 'file'), path),
  'a link to a folder': (path, victim) => symlink(join(victim, 'folder'), path),
  'a link to a copy of what was there': (path, victim) => symlink(join(victim, 'copy'), path),
  'a dangling link': (path, victim) => symlink(join(victim, 'none'), path),
  'a hard link': (path, victim) => link(join(victim, 'copy'), path).catch(() => link(join(victim, 'file'), path)),
  'a pipe': async (path) => spawnSync('mkfifo', [path]),
  'a link to a device': (path) => symlink('/dev/zero', path),
};

/** Files and folders that Forge writes, renames or removes, and that a run does not always have. */
export const passingPlaces = [
  'git.diff',
  'events.out.tfevents.1.old',
  'quarantine',
  '.resume-lock',
  '.resume-lock/1',
  '.metrics.jsonl.writing-99999999',
  'checkpoints/.writing-9-99999999-00000000',
  'checkpoints/.removing-9-99999999-00000000',
] as const;

/**
 * Puts one of `hostileKinds` in place of a file or folder of a run.
 * @param place relative to the run
 * @param victim a folder outside the run, created here: the target of links
 */
export async function putInPlace(run: string, place: string, kind: string, victim: string): Promise<void> {
  const path = join(run, place);
  await mkdir(join(victim, 'folder'), { recursive: true });
  for (const name of ['file', 'folder/.writing-9-99999999-00000000', 'folder/30']) {
    await writeFile(join(victim, name), 'precious\n');
  }
  await cp(path, join(victim, 'copy'), { recursive: true }).catch(() => writeFile(join(victim, 'copy'), ''));
  await rm(path, { recursive: true, force: true });
  await mkdir(dirname(path), { recursive: true });
  await hostileKinds[kind]!(path, victim);
}

/** Names, kinds and contents of everything below a folder, as one text. */
export async function contentBelow(folder: string): Promise<string> {
  const content: string[] = [];
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    const status = await lstat(path);
    if (status.isFile()) content.push(`${name}: ${await readFile(path, 'latin1')}`);
    else content.push(status.isSymbolicLink() ? `${name} -> ${await readlink(path)}` : `${name}/`);
  }
  return content.join('\n');
}
