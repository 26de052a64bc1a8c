import type { ForgeError } from '@forge-ml/core';

/** @param id as oclif writes it, `runs:shwo` */
export async function unknownCommand(id: string, known: readonly string[]): Promise<ForgeError> {
  const { ForgeError, nearestName } = await import('@forge-ml/core');
  const nearest = nearestName(id, known);
  const readable = (name: string) => name.replaceAll(':', ' ');
  return new ForgeError('USAGE', `There is no command forge ${readable(id)}.`, {
    about: id,
    hint: nearest === undefined ? 'forge --help lists what there is.' : `Did you mean forge ${readable(nearest)}?`,
  });
}
