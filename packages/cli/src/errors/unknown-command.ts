import type { ForgeError } from '@forge-ml/core/flags';

/**
 * Says which command was meant.
 * @param id as oclif writes it: `trian`, or `backends:all` where words follow a command that takes none
 * @param known every command there is, likewise
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
  // What follows a command's name is not part of it: `runs:rm:digits/3` is a mistake in `runs rm`.
  const words = id.split(':');
  const depth = Math.min(words.length, (owner?.split(':').length ?? topicDepth(words, known)) + 1);
  const named = words.slice(0, depth).join(':');
  const nearest = nearestName(named, below.length > 0 ? below : known);
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

/** How many of the words name a topic: 1 for `generate:bakend:x`, where commands below `generate` are known. */
function topicDepth(words: readonly string[], known: readonly string[]): number {
  let depth = 0;
  while (depth < words.length && known.some((name) => name.startsWith(`${words.slice(0, depth + 1).join(':')}:`)))
    depth++;
  return depth;
}
