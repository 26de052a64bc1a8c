import { copyFile, mkdtemp, realpath, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, sep } from 'node:path';
import { isMissing } from '../../fs/fs-error.js';
import { type Git, LimitExceeded } from './git-command.js';
import { filteredPaths } from './git-filters.js';
import { secretReason } from './secret-files.js';
import { sizeOf, splitAtZeros, untrackedFiles } from './untracked-files.js';

const largeFile = 1 << 20;
const submoduleMode = '160000';

/** Absolute paths. In linked worktrees and submodules, `objects` and `index` are not in `.git`. */
export interface Repository {
  readonly root: string;
  readonly objects: string;
  readonly index: string;
}

export interface WorkingTreePatch {
  /** A patch that `git apply` turns the commit into the current files with; null if nothing has changed. */
  readonly patch: Uint8Array | null;
  /** Changes that are not in the patch, and why. */
  readonly omitted: readonly string[];
}

export interface PatchLimits {
  /** Folders to exclude, such as the results folder. */
  readonly exclude: readonly string[];
  /** Disabled filters: filtered files are not in the patch. */
  readonly filters: ReadonlySet<string>;
  /** If the patch would be longer, large files are omitted. */
  readonly maxBytes: number;
}

/** Overrides every setting that would change the format of a patch. */
const diffOptions = [
  ...['--no-ext-diff', '--no-textconv', '--no-color', '--no-renames', '--ignore-submodules=dirty'],
  ...['--binary', '--full-index', '--unified=3', '--inter-hunk-context=0', '--submodule=short'],
  ...['--src-prefix=a/', '--dst-prefix=b/'],
];

/**
 * Creates a patch of a working tree against a commit (or tree), including untracked files. Uses a copy of the index and a
 * separate folder for new objects, so that nothing in the repository changes, not even its caches.
 */
export async function workingTreePatch(
  git: Git,
  { root, objects, index }: Repository,
  base: string,
  { exclude, maxBytes, filters }: PatchLimits,
): Promise<WorkingTreePatch> {
  const scratch = await mkdtemp(join(tmpdir(), 'forge-git-'));
  try {
    const environment = {
      GIT_INDEX_FILE: join(scratch, 'index'),
      GIT_OBJECT_DIRECTORY: scratch,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: `"${objects.replace(/["\\]/g, '\\$&')}"`,
    };
    await copyIndex(index, environment.GIT_INDEX_FILE).catch(unlessMissing);
    const isolated: Git = (parameters, options) => git(parameters, { ...options, environment });
    const paths = ['--', '.', ...(await exclusions(root, exclude))];
    return await makePatch(isolated, root, base, paths, { maxBytes, filters });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Copies the index with its modification time: git reads a file only if it seems newer than the index, so a newer index
 * would hide files that changed within the second of the original one.
 */
async function copyIndex(from: string, to: string): Promise<void> {
  const { mtimeMs } = await stat(from);
  await copyFile(from, to);
  await utimes(to, new Date(), Math.floor(mtimeMs / 1000));
}

async function makePatch(
  git: Git,
  root: string,
  base: string,
  paths: readonly string[],
  { maxBytes, filters }: Pick<PatchLimits, 'maxBytes' | 'filters'>,
): Promise<WorkingTreePatch> {
  const untracked = await untrackedFiles(git, root, paths);
  const omitted = [...untracked.omitted];
  if (untracked.included.length > 0) {
    const input = Buffer.concat(untracked.included.flatMap((path) => [path, Buffer.of(0)]));
    await git(['add', '--intent-to-add', '--pathspec-from-file=-', '--pathspec-file-nul'], { input, literal: true });
  }
  const changes = await changedPaths(git, base, paths);
  for (const { path, submodule } of changes) {
    if (submodule) omitted.push(`${path} (a submodule: the patch has only its commit)`);
  }
  if (changes.length === 0) return { patch: null, omitted };
  const secret = changes.flatMap(({ path, submodule }) => {
    const reason = submodule ? undefined : secretReason(root, path);
    return reason === undefined ? [] : [{ path, reason }];
  });
  for (const { path, reason } of secret) omitted.push(`${path} (changed, ${reason})`);
  const filtered = await filteredPaths(
    git,
    changes.map(({ path }) => path),
    filters,
  );
  for (const path of filtered) omitted.push(`${path} (stored through a git filter; filters are not run)`);
  const excluded = [...secret.map(({ path }) => path), ...filtered];
  const included = [...paths, ...excluded.map((path) => exclusion(path.toString()))];
  const diff = async (more: readonly string[]): Promise<Uint8Array | null> => {
    const patch = await git(['diff', ...diffOptions, base, ...included, ...more], { maxBytes });
    return patch.length === 0 ? null : patch;
  };
  try {
    return { patch: await diff([]), omitted };
  } catch (error) {
    if (!(error instanceof LimitExceeded)) throw error;
  }
  const large = changes.filter(({ path }) => (sizeOf(root, path) ?? 0) > largeFile);
  try {
    const patch = await diff(large.map(({ path }) => exclusion(path.toString())));
    return { patch, omitted: [...omitted, ...large.map(({ path }) => `${path} (changed, over 1 MiB)`)] };
  } catch (error) {
    if (!(error instanceof LimitExceeded)) throw error;
    return { patch: null, omitted: [...omitted, `the whole patch (${error.message})`] };
  }
}

async function changedPaths(git: Git, base: string, paths: readonly string[]) {
  const options = ['--raw', '-z', '--no-ext-diff', '--no-textconv', '--no-renames', '--ignore-submodules=none'];
  const raw = await git(['diff', ...options, base, ...paths]);
  const parts = splitAtZeros(raw);
  const changes: { path: Buffer; submodule: boolean }[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    // `:100644 100644 <before> <after> M`, then the path
    const modes = parts[index]!.toString('latin1').slice(1).split(' ', 2);
    changes.push({ path: parts[index + 1]!, submodule: modes.includes(submoduleMode) });
  }
  return changes;
}

async function exclusions(root: string, folders: readonly string[]): Promise<string[]> {
  const specs: string[] = [];
  const realRoot = await realpath(root);
  for (const folder of folders) {
    const real = await realpath(folder).catch(unlessMissing);
    if (real === undefined) continue;
    const inside = relative(realRoot, real);
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
