/**
 * Every expected error is a ForgeError: a code for programs, one sentence for people, the thing it is about, and the
 * next step. Identified by a marker instead of its class, because a process may load two copies of this package.
 */
const marker = Symbol.for('forge-ml.error');

export const errorCodes = [
  'FLAG_UNKNOWN',
  'FLAG_INVALID',
  'FLAG_CONFLICT',
  'OPTION_UNKNOWN',
  'METRIC_INVALID',
  'QUERY_INVALID',
  'SWEEP_INVALID',
  'CONFIG_NOT_FOUND',
  'CONFIG_INVALID',
  'CONFIG_FAILED',
  'CODE_UNTRACEABLE',
  'CODE_ALTERED',
  'CODE_MISSING',
  'DATA_INVALID',
  'DATA_UNAVAILABLE',
  'MODEL_INVALID',
  'BACKEND_NOT_FOUND',
  'BACKEND_INVALID',
  'ENGINE_UNUSABLE',
  'ABILITY_MISSING',
  'RUN_NOT_FOUND',
  'RUN_INVALID',
  'RUN_COMPLETED',
  'RUN_LOCKED',
  'OVERRIDE_MID_EPOCH',
  'PATH_UNSAFE',
  'CHECKPOINT_NOT_FOUND',
  'CHECKPOINT_CORRUPT',
  'STATE_MISMATCH',
  'FILE_SYSTEM',
  'LOSS_NOT_FINITE',
  'PLUGIN_INVALID',
  'PLUGIN_UNAVAILABLE',
  'CLUSTER_UNAVAILABLE',
  'STOPPED',
  'USAGE',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

export interface ErrorDetails {
  /** The flag, file, run or tensor the error is about. */
  readonly about?: string;
  /** What to do next, as a full sentence. */
  readonly hint?: string;
  readonly place?: ErrorPlace;
  readonly cause?: unknown;
}

/** The part of a line of text that an error is about: the characters from `start` up to `end`. */
export interface ErrorPlace {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export class ForgeError extends Error {
  readonly code: ErrorCode;
  readonly about: string | undefined;
  readonly hint: string | undefined;
  readonly place: ErrorPlace | undefined;
  readonly [marker] = true;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ForgeError';
    this.code = code;
    this.about = details.about;
    this.hint = details.hint;
    this.place = details.place;
  }

  /** What `JSON.stringify` writes, as for the answer of a server. */
  toJSON(): Pick<ForgeError, 'code' | 'message' | 'about' | 'hint'> {
    const { code, message, about, hint } = this;
    return { code, message, about, hint };
  }
}

export function isForgeError(error: unknown): error is ForgeError {
  return typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[marker] === true;
}

/** The message of any thrown value, for use inside a sentence. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
