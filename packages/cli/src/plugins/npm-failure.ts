import { ForgeError } from '@forge-ml/core';

/**
 * npm's error in one sentence.
 * @param what failed, the start of the sentence: `Cannot install numeric`
 * @param output the output of npm
 */
export function npmFailure(what: string, about: string, output: string): ForgeError {
  const lines = output.split('\n').map((line) => /^npm (?:error|ERR!) (.*)$/.exec(line.trim())?.[1]?.trim() ?? '');
  const code = lines.map((line) => /^code (\S+)$/.exec(line)?.[1]).find((found) => found !== undefined) ?? '';
  const reason = unreachable.includes(code)
    ? `the registry has no ${about}, or is unreachable`
    : lines.find((line) => line !== '' && !/^(code|errno|syscall|path|dest|command|signal|\d+ *$)/i.test(line));
  return new ForgeError('PLUGIN_UNAVAILABLE', `${what}: ${(reason ?? 'npm gave no reason').replace(/\.$/, '')}.`, {
    about,
  });
}

/** npm's codes for a missing package or registry. */
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
