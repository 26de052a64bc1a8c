import type { Git } from './git-command.js';
import { splitAtZeros } from './untracked-files.js';

const settings = ['clean', 'smudge', 'process', 'required'];

/** Runs git without the filter programs that a repository configures. */
export interface UnfilteredGit {
  readonly git: Git;
  /** The names of the disabled filters in git attributes: `lfs`. */
  readonly filters: ReadonlySet<string>;
}

/**
 * Disables every configured filter: `git add` and `git diff` would run its program on the files they read. Set through
 * the environment, since a filter's name may contain any character.
 */
export async function withoutFilters(git: Git): Promise<UnfilteredGit> {
  const pattern = `^filter\\..*\\.(${settings.join('|')})$`;
  const listed = await git(['config', '-z', '--name-only', '--get-regexp', pattern]).catch(() => Buffer.alloc(0));
  const keys = splitAtZeros(listed).map(String);
  const filters = new Set(keys.map((key) => key.slice('filter.'.length, key.lastIndexOf('.'))));
  if (filters.size === 0) return { git, filters };
  // Settings in the caller's environment are kept, and come first.
  let count = Number(process.env.GIT_CONFIG_COUNT ?? 0) || 0;
  const environment: Record<string, string> = {};
  for (const filter of filters) {
    for (const setting of settings) {
      environment[`GIT_CONFIG_KEY_${count}`] = `filter.${filter}.${setting}`;
      environment[`GIT_CONFIG_VALUE_${count}`] = setting === 'required' ? 'false' : '';
      count++;
    }
  }
  environment.GIT_CONFIG_COUNT = String(count);
  const unfiltered: Git = (parameters, options = {}) => {
    return git(parameters, { ...options, environment: { ...environment, ...options.environment } });
  };
  return { git: unfiltered, filters };
}

/** The paths whose content in the repository is the output of a filter: without the filter, their diff is wrong. */
export async function filteredPaths(
  git: Git,
  paths: readonly Buffer[],
  filters: ReadonlySet<string>,
): Promise<readonly Buffer[]> {
  if (filters.size === 0 || paths.length === 0) return [];
  const input = Buffer.concat(paths.flatMap((path) => [path, Buffer.of(0)]));
  const parts = splitAtZeros(await git(['check-attr', '-z', '--stdin', 'filter'], { input }));
  const found: Buffer[] = [];
  // The path, the attribute's name and its value, for each.
  for (let at = 0; at + 2 < parts.length; at += 3) if (filters.has(parts[at + 2]!.toString())) found.push(parts[at]!);
  return found;
}
