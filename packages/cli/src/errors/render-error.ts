import { locateError } from './locate.js';
import { usualHints } from './usual-hints.js';

/** An error as a person should be told of it. */
export interface RenderedError {
  readonly code: string;
  readonly message: string;
  readonly about?: string;
  readonly hint?: string;
  /** 0 for none, 1 a failed run, 2 a user's mistake. */
  readonly exit: number;
}

const unexpected =
  'Forge did not expect this. --debug shows where it came from; if that is inside Forge, please report it.';

/** Not a mistake in what was asked for: the disk, or the numbers, gave way. */
const failures = ['FILE_SYSTEM', 'LOSS_NOT_FINITE'];

/** Of the file system's errors those that come of a path that names nothing, or the wrong thing. */
const wrongPaths = ['ENOENT', 'ENOTDIR', 'EISDIR'];

/** Puts whatever was thrown into one sentence, the next step, and an exit status. */
export async function renderError(error: unknown): Promise<RenderedError> {
  const { isForgeError, messageOf, nearestName } = await import('@forge-ml/core/flags');
  if (isForgeError(error)) {
    const { code, about } = error;
    return {
      code,
      message: oneLine(error.message),
      ...(about === undefined ? {} : { about }),
      hint: error.hint ?? (await locateError(error)) ?? usualHints[code],
      exit: failures.includes(code) && !isWrongPath(error.cause) ? 1 : 2,
    };
  }
  if (isUnknownFlag(error)) {
    const nearest = nearestName(error.flags[0].replace(/^-+/, ''), Object.keys(error.parse.input?.flags ?? {}));
    const hint = nearest === undefined ? 'Its --help lists what there is.' : `Did you mean --${nearest}?`;
    return {
      code: 'FLAG_UNKNOWN',
      message: `There is no flag ${error.flags[0]}.`,
      about: error.flags[0],
      hint,
      exit: 2,
    };
  }
  if (isOclifError(error)) {
    return { code: 'USAGE', message: oneLine(withoutProse(error.message)), exit: error.oclif.exit ?? 2 };
  }
  return {
    code: 'UNEXPECTED',
    message: oneLine(messageOf(error)),
    hint: (error instanceof Error && (await locateError(error))) || unexpected,
    exit: 1,
  };
}

/** Errors of commands that are not ours, such as `plugins:install`, keep their words but lose the boilerplate. */
function withoutProse(message: string): string {
  return message.replace(/\nSee more help with --help$/, '');
}

function isOclifError(error: unknown): error is Error & { readonly oclif: { readonly exit?: number } } {
  return error instanceof Error && typeof (error as { oclif?: unknown }).oclif === 'object';
}

/** What oclif's own parser throws for a command that is not ours. */
interface UnknownFlagError {
  readonly flags: readonly [string, ...string[]];
  readonly parse: { readonly input?: { readonly flags?: object } };
}

function isUnknownFlag(error: unknown): error is UnknownFlagError {
  return error instanceof Error && error.message.startsWith('Nonexistent flag') && 'flags' in error && 'parse' in error;
}

function isWrongPath(cause: unknown): boolean {
  return wrongPaths.includes((cause as NodeJS.ErrnoException | undefined)?.code ?? '');
}

function oneLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}
