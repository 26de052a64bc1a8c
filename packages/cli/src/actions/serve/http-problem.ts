import { isForgeError } from '@forge-ml/core/flags';
import { printableText } from '@forge-ml/core/text';
import { QueueFull } from './batcher.js';

/** A request that the server refuses. */
export class HttpProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** The next step. */
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** The body of every answer that is not a success: the fields of a ForgeError. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly about?: string | undefined;
  readonly hint?: string | undefined;
}

/** Errors of Forge that the content of a request can cause. Others are the server's. */
const causedByRequests = ['DATA_INVALID', 'ABILITY_MISSING'];

/** What a request is answered that failed. Of an unexpected error only that it is one: its text could name anything. */
export function answerOf(error: unknown): { readonly status: number; readonly body: ErrorBody } {
  if (error instanceof HttpProblem) {
    const { status, code, message, hint } = error;
    return { status, body: { code, message, hint } };
  }
  if (error instanceof QueueFull) {
    const body = {
      code: 'BUSY',
      message: 'Too many examples wait for the model.',
      hint: 'Send the request again later.',
    };
    return { status: 503, body };
  }
  if (isForgeError(error)) {
    const { code, message, about, hint } = error;
    return { status: causedByRequests.includes(code) ? 400 : 500, body: { code, message, about, hint } };
  }
  const hint = 'See what forge serve printed.';
  return { status: 500, body: { code: 'INTERNAL', message: 'The server failed to answer.', hint } };
}

/** An unexpected error for the terminal, in one line for each of its lines. */
export function describeUnexpected(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return text.split('\n').map(printableText).join('\n');
}
