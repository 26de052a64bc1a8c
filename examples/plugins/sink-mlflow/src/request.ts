/** The error of a failed request. */
export class RequestError extends Error {
  /** Whether the same request may succeed later. */
  readonly retry: boolean;
  /** Whether the server may have executed it anyway, wholly or in part. */
  readonly mayBeDone: boolean;
  /** MLflow's `error_code`, if any. */
  readonly code: string | undefined;
  /** The server's Retry-After, ms. */
  readonly retryAfter: number;

  constructor(
    message: string,
    details: { retry: boolean; mayBeDone: boolean; code?: string | undefined; retryAfter?: number; cause?: unknown },
  ) {
    super(message, { cause: details.cause });
    this.name = 'RequestError';
    this.retry = details.retry;
    this.mayBeDone = details.mayBeDone;
    this.code = details.code;
    this.retryAfter = details.retryAfter ?? 0;
  }
}

export interface Server {
  /** `https://mlflow.example.org`, without credentials and without `/api`. */
  readonly url: string;
  /** The `Authorization` header; undefined for none. */
  readonly authorization: string | undefined;
  /** The timeout of a request, ms. */
  readonly timeout: number;
}

const notConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** One call of MLflow's REST API. @throws RequestError */
export async function request(
  server: Server,
  method: 'GET' | 'POST',
  path: string,
  content: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const query = method === 'GET' ? `?${new URLSearchParams(content as Record<string, string>)}` : '';
  const headers: Record<string, string> = { accept: 'application/json' };
  if (method === 'POST') headers['content-type'] = 'application/json';
  if (server.authorization !== undefined) headers.authorization = server.authorization;
  const timeout = AbortSignal.timeout(server.timeout);
  let status: number;
  let text: string;
  let retryAfter: string | null;
  try {
    const response = await fetch(`${server.url}/api/2.0/mlflow/${path}${query}`, {
      method,
      headers,
      // A redirect would turn a POST into a GET, so the address must be the final one.
      redirect: 'manual',
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      ...(method === 'POST' ? { body: JSON.stringify(content) } : {}),
    });
    status = response.status;
    retryAfter = response.headers.get('retry-after');
    text = await response.text();
  } catch (error) {
    const code = causeCode(error);
    const why = timeout.aborted ? `no answer within ${server.timeout / 1000} s` : (code ?? messageOf(error));
    throw new RequestError(why, {
      retry: true,
      mayBeDone: code === undefined || !notConnected.has(code),
      cause: error,
    });
  }
  const body = parseObject(text);
  if (status === 200 && body !== undefined) return body;
  throw errorOf(status, body, retryAfter);
}

function errorOf(
  status: number,
  body: Readonly<Record<string, unknown>> | undefined,
  retryAfter: string | null,
): RequestError {
  const code = typeof body?.error_code === 'string' ? body.error_code : undefined;
  const text = typeof body?.message === 'string' ? `: ${body.message.split('\n')[0]}` : '';
  const seconds = Number(retryAfter ?? Number.NaN);
  return new RequestError(`status ${status}${code === undefined ? '' : ` ${code}`}${text}`, {
    retry: status === 408 || status === 425 || status === 429 || status >= 500,
    mayBeDone: status !== 429 && status >= 408,
    code,
    retryAfter: Number.isFinite(seconds) ? Math.min(seconds, 600) * 1000 : 0,
  });
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function causeCode(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
