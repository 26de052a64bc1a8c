import { copyFile, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isMissing } from '../files/file-error.js';
import type { Git } from './git-command.js';
import { inMebibytes, sizeOf, splitAtZeros, untrackedFiles } from './untracked-files.js';

const maxPatch = 20 << 20;
const largeFile = 1 << 20;
const submoduleMode = '160000';

export interface WorkingTreePatch {
  /** What `git apply` turns the commit's files into the present ones with; null where nothing is to be changed. */
  readonly patch: Uint8Array | null;
  /** What differs but is not in the patch, and why. */
  readonly omitted: readonly string[];
}

/** Overrides every setting that would change the form of a patch. */
const diffOptions = [
  ...['--no-ext-diff', '--no-textconv', '--no-color', '--no-renames', '--ignore-submodules=dirty'],
  ...['--binary', '--full-index', '--unified=3', '--inter-hunk-context=0', '--submodule=short'],
  ...['--src-prefix=a/', '--dst-prefix=b/'],
];

/**
 * The changes of a working tree since a commit (or tree), untracked files included. Worked out on a copy of the index
 * and with a folder of its own for new objects: nothing in the repository is touched, not even its caches.
 * @param exclude folders to leave out, e.g. where runs are kept.
 */
export async function workingTreePatch(
  git: Git,
  root: string,
  base: string,
  exclude: readonly string[],
): Promise<WorkingTreePatch> {
  const scratch = await mkdtemp(join(tmpdir(), 'forge-git-'));
  try {
    const objects = await pathInside(git, root, 'objects');
    const environment = {
      GIT_INDEX_FILE: join(scratch, 'index'),
      GIT_OBJECT_DIRECTORY: scratch,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: `"${objects.replace(/["\\]/g, '\\$&')}"`,
    };
    await copyFile(await pathInside(git, root, 'index'), environment.GIT_INDEX_FILE).catch(unlessMissing);
    const look: Git = (parameters, options) => git(parameters, { ...options, environment });
    return await makePatch(look, root, base, ['--', '.', ...(await exclusions(root, exclude))]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function makePatch(git: Git, root: string, base: string, paths: readonly string[]): Promise<WorkingTreePatch> {
  const untracked = await untrackedFiles(git, root, paths);
  const omitted = [...untracked.omitted];
  if (untracked.included.length > 0) {
    const input = Buffer.concat(untracked.included.flatMap((path) => [path, Buffer.of(0)]));
    await git(['add', '--intent-to-add', '--pathspec-from-file=-', '--pathspec-file-nul'], { input, literal: true });
  }
  const changes = await changedPaths(git, base, paths);
  for (const { path, submodule } of changes) {
    if (submodule) omitted.push(`${path} (a submodule: only which commit it is at is in the patch)`);
  }
  const diff = async (more: readonly string[]): Promise<Uint8Array | null> => {
    const patch = await git(['diff', ...diffOptions, base, ...paths, ...more], { maxBytes: maxPatch });
    return patch.length === 0 ? null : patch;
  };
  try {
    return { patch: await diff([]), omitted };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const large = changes.filter(({ path }) => (sizeOf(root, path) ?? 0) > largeFile);
  try {
    const patch = await diff(large.map(({ path }) => exclusion(path.toString())));
    return { patch, omitted: [...omitted, ...large.map(({ path }) => `${path} (changed, over 1 MiB)`)] };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { patch: null, omitted: [...omitted, `the whole patch (over ${inMebibytes(maxPatch)})`] };
  }
}

async function changedPaths(git: Git, base: string, paths: readonly string[]) {
  const raw = await git(['diff', '--raw', '-z', '--no-renames', '--ignore-submodules=none', base, ...paths]);
  const parts = splitAtZeros(raw);
  const changes: { path: Buffer; submodule: boolean }[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    // `:100644 100644 <before> <after> M`, then the path
    const modes = parts[index]!.toString('latin1').slice(1).split(' ', 2);
    changes.push({ path: parts[index + 1]!, submodule: modes.includes(submoduleMode) });
  }
  return changes;
}

/** A path in the repository's own folder, wherever that lies (worktrees, submodules). */
async function pathInside(git: Git, root: string, name: string): Promise<string> {
  return resolve(root, (await git(['rev-parse', '--git-path', name])).toString().replace(/\n$/, ''));
}

async function exclusions(root: string, folders: readonly string[]): Promise<string[]> {
  const specs: string[] = [];
  for (const folder of folders) {
    const real = await realpath(folder).catch(unlessMissing);
    if (real === undefined) continue;
    const inside = relative(root, real);
    if (inside !== '' && !isAbsolute(inside) && inside.split(sep)[0] !== '..') specs.push(exclusion(inside));
  }
  return specs;
}

function exclusion(path: string): string {
  return `:(top,exclude,literal)${path.split(sep).join('/')}`;
}

function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
