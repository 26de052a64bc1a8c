import { availableParallelism } from 'node:os';
import { ForgeError } from '../errors/forge-error.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How many threads this process should compute with at most: `FORGE_THREADS`, which a sweep sets for each of its
 * processes, or the number of cores.
 * @throws ForgeError USAGE for another value
 */
export function threadLimit(environment: Environment = process.env): number {
  return threadsOf('FORGE_THREADS', environment) ?? availableParallelism();
}

/** The number in a variable; undefined where it is not set. @throws ForgeError USAGE for another value */
export function threadsOf(variable: string, environment: Environment = process.env): number | undefined {
  const setting = environment[variable];
  if (setting === undefined || setting === '') return undefined;
  const count = Number(setting);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new ForgeError('USAGE', `${variable} is a whole number from 1, not "${setting}".`, {
    about: variable,
    hint: 'Set it to a number such as 4, or unset it.',
  });
}
