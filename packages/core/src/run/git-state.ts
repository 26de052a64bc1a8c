import { realpath } from 'node:fs/promises';
import { messageOf } from '../errors/forge-error.js';
import { type Git, gitIn } from './git-command.js';
import { type WorkingTreePatch, workingTreePatch } from './working-tree-patch.js';

export interface GitState extends WorkingTreePatch {
  /** The full hash; null in a repository without commits. */
  readonly commit: string | null;
  /** Null where HEAD is detached. */
  readonly branch: string | null;
  /** Whether the files differ from the commit, the excluded folders aside. */
  readonly dirty: boolean;
}

/**
 * How the files of the repository that holds a folder differ from what was committed. Null where there is no
 * repository, or no git to ask; never an error, and never a change to the repository.
 * @param options.exclude folders whose files do not count.
 */
export async function readGitState(
  directory: string,
  { exclude = [] }: { readonly exclude?: readonly string[] } = {},
): Promise<GitState | null> {
  const top = await lineOf(gitIn(directory), ['rev-parse', '--show-toplevel']);
  if (top === null) return null;
  const git = gitIn(top);
  const commit = await lineOf(git, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  const branch = await lineOf(git, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
  try {
    const base = commit ?? (await emptyTree(git));
    const changes = await workingTreePatch(git, await realpath(top), base, exclude);
    return { commit, branch, dirty: changes.patch !== null || changes.omitted.length > 0, ...changes };
  } catch (error) {
    const reason = messageOf(error).trim().split('\n').at(-1);
    return {
      commit,
      branch,
      dirty: true,
      patch: null,
      omitted: [`the whole patch (git could not make it: ${reason})`],
    };
  }
}

/** What git prints, without its newline; null where it fails or prints nothing. */
async function lineOf(git: Git, parameters: readonly string[]): Promise<string | null> {
  try {
    return (await git(parameters)).toString().replace(/\r?\n$/, '') || null;
  } catch {
    return null;
  }
}

/** Its hash depends on the repository's hash function. */
async function emptyTree(git: Git): Promise<string> {
  return (await git(['hash-object', '-t', 'tree', '--stdin'])).toString().trim();
}
