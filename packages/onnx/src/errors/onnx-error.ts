/**
 * Marks errors with a code, a subject and a hint. A registered symbol, so that packages of this family, and two copies
 * of this one, recognize each other's errors.
 */
const marker = Symbol.for('forge-ml.error');

/** `MODEL_INVALID`: an invalid model, graph or node. `OPTION_UNKNOWN`: a misspelled option. `FILE_SYSTEM`: a file. */
export type OnnxErrorCode = 'MODEL_INVALID' | 'OPTION_UNKNOWN' | 'FILE_SYSTEM';

export interface OnnxErrorDetails {
  /** The file, node, tensor or option the error is about. */
  readonly about?: string;
  /** What to do next, as a full sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An error with a code for programs, a message of one sentence, its subject, and the next step. */
export class OnnxError extends Error {
  readonly code: OnnxErrorCode;
  readonly about: string | undefined;
  readonly hint: string | undefined;
  readonly [marker] = true;

  constructor(code: OnnxErrorCode, message: string, details: OnnxErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'OnnxError';
    this.code = code;
    this.about = details.about;
    this.hint = details.hint;
  }
}

export function isOnnxError(error: unknown): error is OnnxError {
  return typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[marker] === true;
}

/** The message of anything thrown, for use inside a sentence. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The error for an invalid model. `about`: the node or tensor at fault. */
export function invalidModel(message: string, about?: string, hint?: string): OnnxError {
  return new OnnxError('MODEL_INVALID', message, {
    ...(about === undefined ? {} : { about }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Runs `work`; an error about a model then begins with the path of the file it is from. */
export async function inFile<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isOnnxError(error) || error.code !== 'MODEL_INVALID' || error.message.startsWith(path)) throw error;
    throw new OnnxError(error.code, `${path}: ${error.message}`, {
      about: error.about ?? path,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
  }
}
