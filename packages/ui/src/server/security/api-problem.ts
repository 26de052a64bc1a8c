import { isForgeError } from '@forge-ml/core/runs';
import { printableText } from '@forge-ml/core/text';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ApiError } from '../../protocol/overview.js';

/** A request that the server refuses. */
export class ApiProblem extends Error {
  constructor(
    readonly status: ContentfulStatusCode,
    readonly code: string,
    message: string,
    /** The next step. */
    readonly hint: string | null = null,
  ) {
    super(message);
  }
}

const statuses: Readonly<Record<string, ContentfulStatusCode>> = {
  RUN_NOT_FOUND: 404,
  CHECKPOINT_NOT_FOUND: 404,
  CODE_MISSING: 404,
  RUN_LOCKED: 409,
  RUN_INVALID: 422,
  PATH_UNSAFE: 403,
  // A file of a run that cannot be read: the dashboard itself works.
  FILE_SYSTEM: 422,
};

/** Answers with an error. Of an unexpected one only the kind is said: its message could name anything. */
export function answerProblem(error: unknown, context: Context): Response {
  const { status, ...body } = problemOf(error);
  return context.json(body satisfies ApiError, status);
}

function problemOf(error: unknown): ApiError & { readonly status: ContentfulStatusCode } {
  if (error instanceof ApiProblem) {
    const { status, code, message, hint } = error;
    return { status, code, message, hint };
  }
  if (isForgeError(error)) {
    const { code, message, hint } = error;
    return { status: statuses[code] ?? 400, code, message, hint: hint ?? null };
  }
  reportInternal(error);
  const hint = 'See the terminal of forge ui, and report it with that text.';
  return { status: 500, code: 'INTERNAL', message: 'The dashboard failed to answer.', hint };
}

const reported = new Set<string>();
/** More different ones say nothing new. */
const mostReported = 100;

/** Writes an unexpected error to the terminal, once. */
export function reportInternal(error: unknown): void {
  const lines = (error instanceof Error ? (error.stack ?? error.message) : String(error)).split('\n');
  const text = lines.map(printableText).join('\n');
  if (reported.has(text) || reported.size >= mostReported) return;
  reported.add(text);
  process.stderr.write(`The dashboard failed: ${text}\n`);
}
