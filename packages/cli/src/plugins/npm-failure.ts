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
  // oclif's own message is npm's whole command line.
  const reason = said ?? (own!.includes('exited with code') ? 'npm gave no reason' : own!);
  return new ForgeError('PLUGIN_UNAVAILABLE', `${what}: ${reason.replace(/\.$/, '')}.`, { about, cause });
}
