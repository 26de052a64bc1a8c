import { ForgeError, messageOf } from '@forge-ml/core';

/**
 * Why npm did not do what it was asked, in one sentence.
 * @param what it was asked, as the sentence's beginning: `numeric could not be installed`
 * @param output what npm wrote
 */
export function npmFailure(what: string, about: string, output: string, cause: unknown): ForgeError {
  const said = output
    .split('\n')
    .map((line) => /^npm (?:error|ERR!) (.*)$/.exec(line.trim())?.[1]?.trim() ?? '')
    .find((line) => line !== '' && !/^(code|errno|syscall|path|dest|command|signal|\d+ *$)/i.test(line));
  const [own] = messageOf(cause).split('\n');
  const reason = said ?? inOtherWords(own!);
  return new ForgeError('PLUGIN_UNAVAILABLE', `${what}: ${reason.replace(/\.$/, '')}.`, { about, cause });
}

/** What oclif says of it, where that is of no use to a person, or more than it knows. */
function inOtherWords(own: string): string {
  if (own.includes('exited with code')) return 'npm gave no reason';
  return own.replace(/^(\S+) does not exist in the registry\.?$/, 'the registry has no $1, or cannot be reached');
}
