import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf } from '../../errors/forge-error.js';
import { findUp } from '../../fs/find-up.js';
import { type Git, gitIn } from './git-command.js';
import { withoutFilters } from './git-filters.js';
import { type PatchLimits, type WorkingTreePatch, workingTreePatch } from './working-tree-patch.js';

export interface GitState extends WorkingTreePatch {
  /** The full hash; null in a repository without commits. */
  readonly commit: string | null;
  /** Null if HEAD is detached. */
  readonly branch: string | null;
  /** Whether files outside the excluded folders differ from the commit. */
  readonly dirty: boolean;
}

/**
 * Reads commit, branch and uncommitted changes of the repository that contains a folder. Null if there is no repository
 * or no git. Never fails, and never modifies the repository.
 */
export async function readGitState(
  directory: string,
  { exclude = [], maxBytes = 20 << 20 }: Partial<Pick<PatchLimits, 'exclude' | 'maxBytes'>> = {},
): Promise<GitState | null> {
  // git itself looks for `.git` in the folder and all above it: without one, its three processes need not start.
  const folder = await realpath(directory).catch(() => undefined);
  if (folder === undefined || findUp('.git', folder) === undefined) return null;
  const [places, commit, branch] = await Promise.all([
    lineOf(gitIn(directory), ['rev-parse', '--show-toplevel', '--git-path', 'objects', '--git-path', 'index']),
    lineOf(gitIn(directory), ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']),
    lineOf(gitIn(directory), ['symbolic-ref', '--quiet', '--short', 'HEAD']),
  ]);
  if (places === null) return null;
  const [root, objects, index] = places.split(/\r?\n/).map((path) => resolve(directory, path)) as [
    string,
    string,
    string,
  ];
  const { git, filters } = await withoutFilters(gitIn(root));
  try {
    const base = commit ?? (await emptyTree(git));
    const changes = await workingTreePatch(git, { root, objects, index }, base, { exclude, maxBytes, filters });
    return { commit, branch, dirty: changes.patch !== null || changes.omitted.length > 0, ...changes };
  } catch (error) {
    const omitted = [`the whole patch (${messageOf(error)})`];
    return { commit, branch, dirty: true, patch: null, omitted };
  }
}

/** The output of git without its newline; null if it fails or prints nothing. */
async function lineOf(git: Git, parameters: readonly string[]): Promise<string | null> {
  try {
    return (await git(parameters)).toString().replace(/\r?\n$/, '') || null;
  } catch {
    return null;
  }
}

/** The hash of the empty tree, which depends on the repository's hash function. */
async function emptyTree(git: Git): Promise<string> {
  return (await git(['hash-object', '-t', 'tree', '--stdin'])).toString().trim();
}
