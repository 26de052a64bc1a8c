import { copyFile, mkdtemp, realpath, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, sep } from 'node:path';
import { isMissing } from '../../fs/fs-error.js';
import { type Git, TooMuch } from './git-command.js';
import { filteredPaths } from './git-filters.js';
import { secretReason } from './secret-files.js';
import { sizeOf, splitAtZeros, untrackedFiles } from './untracked-files.js';

const largeFile = 1 << 20;
const submoduleMode = '160000';

/** Absolute paths; `objects` and `index` lie elsewhere than usual in linked worktrees and submodules. */
export interface Repository {
  readonly root: string;
  readonly objects: string;
  readonly index: string;
}

export interface WorkingTreePatch {
  /** What `git apply` turns the commit's files into the present ones with; null where nothing is to be changed. */
  readonly patch: Uint8Array | null;
  /** What differs but is not in the patch, and why. */
  readonly omitted: readonly string[];
}

export interface PatchLimits {
  /** Folders to leave out, e.g. where runs are kept. */
  readonly exclude: readonly string[];
  /** Filters that are switched off: the files that go through them are not in the patch. */
  readonly filters: ReadonlySet<string>;
  /** Of a patch that would be longer, the large files are left out. */
  readonly maxBytes: number;
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
    const look: Git = (parameters, options) => git(parameters, { ...options, environment });
    const paths = ['--', '.', ...(await exclusions(root, exclude))];
    return await makePatch(look, root, base, paths, { maxBytes, filters });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * With its time: git looks into a file only if it seems changed since the index was written, so in an index that seems
 * younger it would miss files that were changed within the second of the real one.
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
    if (submodule) omitted.push(`${path} (a submodule: only which commit it is at is in the patch)`);
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
  for (const path of filtered) omitted.push(`${path} (stored through a git filter, which is not run)`);
  const left = [...secret.map(({ path }) => path), ...filtered];
  const wanted = [...paths, ...left.map((path) => exclusion(path.toString()))];
  const diff = async (more: readonly string[]): Promise<Uint8Array | null> => {
    const patch = await git(['diff', ...diffOptions, base, ...wanted, ...more], { maxBytes });
    return patch.length === 0 ? null : patch;
  };
  try {
    return { patch: await diff([]), omitted };
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
  }
  const large = changes.filter(({ path }) => (sizeOf(root, path) ?? 0) > largeFile);
  try {
    const patch = await diff(large.map(({ path }) => exclusion(path.toString())));
    return { patch, omitted: [...omitted, ...large.map(({ path }) => `${path} (changed, over 1 MiB)`)] };
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
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
