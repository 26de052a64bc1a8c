import type { ForgeError } from '@forge-ml/core';

/** @param id as oclif writes it: `trian`, or `backends:all` where words follow a command that takes none */
export async function unknownCommand(id: string, known: readonly string[]): Promise<ForgeError> {
  const { ForgeError, nearestName } = await import('@forge-ml/core');
  const readable = (name: string) => `forge ${name.replaceAll(':', ' ')}`;
  const command = known.find((name) => id.startsWith(`${name}:`));
  if (command !== undefined) {
    const stray = id.slice(command.length + 1).split(':')[0]!;
    return new ForgeError('USAGE', `"${stray}" is not expected after ${readable(command)}.`, {
      about: stray,
      hint: `${readable(command)} --help lists what is.`,
    });
  }
  const nearest = nearestName(id, known);
  return new ForgeError('USAGE', `There is no command ${readable(id)}.`, {
    about: id,
    hint: nearest === undefined ? 'forge --help lists what there is.' : `Did you mean ${readable(nearest)}?`,
  });
}
