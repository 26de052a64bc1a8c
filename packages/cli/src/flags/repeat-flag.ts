import { ForgeError, flag } from '@forge-ml/core';
import { invocationFlags, plainValues, readArguments, resolveFlags } from '@forge-ml/core/cli';

/**
 * The value of `--repeat`; null without it.
 * @throws ForgeError FLAG_INVALID; FLAG_CONFLICT together with a flag of one run
 */
export function repeatFlag(words: readonly string[]): number | null {
  const { repeat } = invocationFlags;
  // Whether they are given, with a value or without.
  const ofOneRun = { resume: flag.boolean(false, ''), dryRun: flag.boolean(false, '') };
  const { values } = readArguments(words, { repeat, ...ofOneRun });
  if (values.repeat === undefined) return null;
  const other = values.resume !== undefined ? '--resume' : values.dryRun ? '--dry-run' : undefined;
  if (other !== undefined) {
    throw new ForgeError('FLAG_CONFLICT', `--repeat and ${other} cannot be used together.`, {
      about: 'repeat',
      hint: 'Omit one of the two: --repeat trains new runs.',
    });
  }
  const given = { source: 'command line', values: { repeat: values.repeat } } as const;
  return plainValues(resolveFlags({ repeat }, [given])).repeat as number;
}
