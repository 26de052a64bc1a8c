import { defaultHints } from './default-hints.js';
import { locateError } from './locate.js';

/** An error as it is reported. */
export interface RenderedError {
  readonly code: string;
  readonly message: string;
  readonly about?: string;
  readonly hint?: string;
  /** The part of what the user wrote that it is about. */
  readonly place?: { readonly text: string; readonly start: number; readonly end: number };
  /** Exit status: 0 for none, 1 for a failure, 2 for a user's mistake. */
  readonly exit: number;
}

const unexpected = 'Unexpected internal error. --debug shows the stack; please report it if it starts in Forge.';

/** Errors that are not a user's mistake: the disk or the numbers failed. */
const failures = ['FILE_SYSTEM', 'LOSS_NOT_FINITE'];

/** Errors of the file system that mean a wrong path. */
const wrongPaths = ['ENOENT', 'ENOTDIR', 'EISDIR'];

/** Turns anything thrown into one sentence, a hint and an exit status. */
export async function renderError(error: unknown): Promise<RenderedError> {
  const { isForgeError, messageOf, nearestName } = await import('@forge-ml/core/flags');
  if (isForgeError(error)) {
    const { code, about, place } = error;
    return {
      code,
      message: oneLine(error.message),
      ...(about === undefined ? {} : { about }),
      ...(place === undefined ? {} : { place }),
      hint: error.hint ?? (await locateError(error)) ?? defaultHints[code],
      exit: failures.includes(code) && !isWrongPath(error.cause) ? 1 : 2,
    };
  }
  if (isUnknownFlag(error)) {
    const nearest = nearestName(error.flags[0].replace(/^-+/, ''), Object.keys(error.parse.input?.flags ?? {}));
    const hint = nearest === undefined ? 'Its --help lists the flags.' : `Did you mean --${nearest}?`;
    return {
      code: 'FLAG_UNKNOWN',
      message: `There is no flag ${error.flags[0]}.`,
      about: error.flags[0],
      hint,
      exit: 2,
    };
  }
  if (isOclifError(error)) {
    return { code: 'USAGE', message: oneLine(withoutBoilerplate(error.message)), exit: error.oclif.exit ?? 2 };
  }
  return {
    code: 'UNEXPECTED',
    message: oneLine(messageOf(error)),
    hint: (error instanceof Error && (await locateError(error))) || unexpected,
    exit: 1,
  };
}

/** Removes oclif's boilerplate. */
function withoutBoilerplate(message: string): string {
  return message.replace(/\nSee more help with --help$/, '');
}

function isOclifError(error: unknown): error is Error & { readonly oclif: { readonly exit?: number } } {
  return error instanceof Error && typeof (error as { oclif?: unknown }).oclif === 'object';
}

/** What oclif's own parser throws. */
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
