import { ForgeError, isForgeError, messageOf } from '../errors/forge-error.js';

interface Reason {
  readonly reason: string;
  readonly hint?: string;
}

const reasons: Readonly<Record<string, Reason>> = {
  EACCES: {
    reason: 'permission denied',
    hint: 'Check the owner and the permissions of the folder, or choose another.',
  },
  EPERM: { reason: 'permission denied', hint: 'Check the owner and the permissions of the folder, or choose another.' },
  EROFS: { reason: 'the file system is read-only', hint: 'Choose a writable folder.' },
  ENOSPC: { reason: 'the disk is full', hint: 'Free some space, then try again.' },
  EDQUOT: { reason: 'the disk quota is used up', hint: 'Free some space or raise the quota, then try again.' },
  EIO: {
    reason: 'the disk reported a hardware error',
    hint: 'Check the disk and its cable or network, or use another.',
  },
  EFBIG: { reason: 'the file would be larger than allowed', hint: 'Raise the file size limit (ulimit -f).' },
  EMFILE: { reason: 'too many files are open', hint: 'Raise the limit on open files (ulimit -n).' },
  ENFILE: { reason: 'too many files are open', hint: 'Raise the limit on open files (ulimit -n).' },
  ENOENT: { reason: 'it does not exist', hint: 'Check the path.' },
  ENOTDIR: { reason: 'a part of the path is a file, not a folder', hint: 'Check the path.' },
  EISDIR: { reason: 'it is a folder, not a file', hint: 'Name a file.' },
  EEXIST: { reason: 'it already exists', hint: 'Choose another name, or move it away.' },
  ENAMETOOLONG: { reason: 'the name is too long', hint: 'Choose a shorter one.' },
};

/** The system code (`ENOENT`, `EACCES` …) of an error, also if `fsError` wrapped it. */
export function systemCode(error: unknown): string | undefined {
  const source = isForgeError(error) ? error.cause : error;
  if (typeof source !== 'object' || source === null || !('syscall' in source) || !('code' in source)) return undefined;
  return typeof source.code === 'string' ? source.code : undefined;
}

/** Whether the error reports that a file, or one of its parent folders, is missing. */
export function isMissing(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/**
 * Converts an error of a file operation to a ForgeError FILE_SYSTEM: `Cannot write /runs/1/run.json: the disk is full.`
 * A ForgeError, and an error that is not the system's (a bug), is returned unchanged.
 * @param action a verb that fits before the path: `read`, `write`, `create`.
 */
export function fsError(error: unknown, path: string, action: string): Error {
  if (isForgeError(error)) return error;
  const code = systemCode(error);
  if (code === undefined) return error instanceof Error ? error : new Error(messageOf(error));
  const { reason, hint } = reasons[code] ?? { reason: messageOf(error) };
  return new ForgeError('FILE_SYSTEM', `Cannot ${action} ${path}: ${reason}.`, {
    about: path,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}
