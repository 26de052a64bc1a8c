import { ForgeError } from '@forge-ml/core';

/**
 * Why npm did not do what it was asked, in one sentence.
 * @param what it was asked, as the sentence's beginning: `numeric could not be installed`
 * @param output what npm wrote
 */
export function npmFailure(what: string, about: string, output: string): ForgeError {
  const lines = output.split('\n').map((line) => /^npm (?:error|ERR!) (.*)$/.exec(line.trim())?.[1]?.trim() ?? '');
  const code = lines.map((line) => /^code (\S+)$/.exec(line)?.[1]).find((found) => found !== undefined) ?? '';
  const reason = unreachable.includes(code)
    ? `the registry has no ${about}, or cannot be reached`
    : lines.find((line) => line !== '' && !/^(code|errno|syscall|path|dest|command|signal|\d+ *$)/i.test(line));
  return new ForgeError('PLUGIN_UNAVAILABLE', `${what}: ${(reason ?? 'npm gave no reason').replace(/\.$/, '')}.`, {
    about,
  });
}

/** npm's codes for a package, or a registry, that is not there. */
const unreachable = [
  'E404',
  'ETARGET',
  'ENOVERSIONS',
  'ENOTFOUND',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EAI_AGAIN',
];
