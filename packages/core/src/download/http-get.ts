import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';

/** It may work at the next attempt: the connection broke, or the server is busy. */
export class TransientError extends Error {}

const mostRedirects = 10;

/**
 * The answer of a server for the bytes of a file from a position on, as they are sent: not decompressed. Follows
 * redirects, but none from https to http, which anybody on the way could change.
 * @throws TransientError; Error with the reason, such as a status
 */
export async function httpGet(url: URL, position: number, signal: AbortSignal): Promise<IncomingMessage> {
  let at = url;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const response = await send(at, position, signal);
    const { statusCode = 0, headers } = response;
    if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return checked(response, at);
    response.destroy();
    at = redirected(at, headers.location);
  }
  throw new Error(`it redirects more than ${mostRedirects} times`);
}

/** Where a redirect leads. @throws Error if it is not to be followed */
export function redirected(from: URL, location: string): URL {
  const next = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (next === undefined || !/^https?:$/.test(next.protocol)) throw new Error('it redirects to an invalid address');
  if (from.protocol === 'https:' && next.protocol === 'http:') {
    throw new Error(`it redirects from https to http (${next.host})`);
  }
  return next;
}

function send(url: URL, position: number, signal: AbortSignal): Promise<IncomingMessage> {
  const get: typeof getHttp = url.protocol === 'https:' ? getHttps : getHttp;
  const range = position === 0 ? {} : { range: `bytes=${position}-` };
  const headers = { 'accept-encoding': 'identity', 'user-agent': 'forge', ...range };
  return new Promise((resolve, reject) => {
    get(url, { headers, signal }, resolve).on('error', (error: NodeJS.ErrnoException) => {
      const reason: unknown = signal.aborted ? signal.reason : error;
      const text = reason instanceof Error ? reason.message || String(error.code) : String(reason);
      reject(new TransientError(text, { cause: error }));
    });
  });
}

function checked(response: IncomingMessage, url: URL): IncomingMessage {
  const { statusCode = 0 } = response;
  if (statusCode === 200 || statusCode === 206 || statusCode === 416) return response;
  response.destroy();
  const text = `it answered ${statusCode} for ${url.pathname}`;
  // 408 Request Timeout, 425 Too Early, 429 Too Many Requests.
  throw statusCode >= 500 || [408, 425, 429].includes(statusCode) ? new TransientError(text) : new Error(text);
}
