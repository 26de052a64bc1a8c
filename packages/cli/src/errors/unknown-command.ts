import type { ForgeError } from '@forge-ml/core/flags';

/**
 * An error that suggests the closest command.
 * @param id in oclif's form: `trian`, or `backends:all` if a word follows a command that takes none
 * @param known the ids of all commands
 */
export async function unknownCommand(id: string, known: readonly string[]): Promise<ForgeError> {
  const { ForgeError, nearestName } = await import('@forge-ml/core/flags');
  const readable = (name: string) => `forge ${name.replaceAll(':', ' ')}`;
  const owner = known.filter((name) => id.startsWith(`${name}:`)).sort((a, b) => b.length - a.length)[0];
  const below = owner === undefined ? [] : known.filter((name) => name.startsWith(`${owner}:`));
  if (owner !== undefined && below.length === 0) {
    const stray = id.slice(owner.length + 1).split(':')[0]!;
    return new ForgeError('USAGE', `"${stray}" is not expected after ${readable(owner)}.`, {
      about: stray,
      hint: `${readable(owner)} --help lists its arguments.`,
    });
  }
  // The words after a command's name are not part of it: in `runs:rm:digits/3` the unknown command is `runs rm`.
  const words = id.split(':');
  const depth = Math.min(words.length, (owner?.split(':').length ?? topicDepth(words, known)) + 1);
  const named = words.slice(0, depth).join(':');
  // Only the last word may be mistyped: the words before it are right.
  const mostEdits = Math.max(2, Math.ceil(words[depth - 1]!.length / 3));
  const nearest = nearestName(named, below.length > 0 ? below : known, mostEdits);
  const hint =
    nearest !== undefined
      ? `Did you mean ${readable(nearest)}?`
      : below.length > 0
        ? `Commands: ${[owner!, ...below].map(readable).join(', ')}.`
        : 'forge --help lists the commands.';
  return new ForgeError('USAGE', `There is no command ${readable(named)}.`, {
    about: named.replaceAll(':', ' '),
    hint,
  });
}

/** How many of the words name a topic: 1 for `generate:bakend:x`, as there are commands below `generate`. */
function topicDepth(words: readonly string[], known: readonly string[]): number {
  let depth = 0;
  while (depth < words.length && known.some((name) => name.startsWith(`${words.slice(0, depth + 1).join(':')}:`)))
    depth++;
  return depth;
}
