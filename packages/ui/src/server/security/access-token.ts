import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { ApiProblem } from './api-problem.js';

/** What a dashboard needs that others can reach: who opens the printed URL gets a cookie, and no later URL has the token. */
export class AccessToken {
  /** In the URL that is printed once. */
  readonly token = randomBytes(24).toString('base64url');
  /** Another secret, so that a cookie says nothing about the URL. */
  private readonly session = randomBytes(24).toString('base64url');

  /** @param cookie its name: cookies of two dashboards of one host would replace each other */
  constructor(private readonly cookie: () => string) {}

  get guard(): MiddlewareHandler {
    return async (context, next) => {
      const given = context.req.query('token');
      if (given !== undefined && isEqual(given, this.token)) {
        // Not strict: a browser would not send it after the redirect when the URL is opened from a web mail.
        setCookie(context, this.cookie(), this.session, { httpOnly: true, sameSite: 'Lax', path: '/' });
        return context.redirect(withoutToken(context.req.url), 303);
      }
      if (!isEqual(getCookie(context, this.cookie()) ?? '', this.session)) {
        if (!context.req.path.startsWith('/api/')) return context.html(tokenPage, 401);
        const hint = 'Open the URL with the token that forge ui printed.';
        throw new ApiProblem(401, 'NO_TOKEN', 'The dashboard needs a token.', hint);
      }
      await next();
    };
  }
}

/** For who opens the dashboard without a token. */
const tokenPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The dashboard needs a token</title>
<h1>The dashboard needs a token</h1>
<p>Open the URL with the token that <code>forge ui</code> printed in its terminal. It is a new one each time that
<code>forge ui</code> starts.</p>
</html>
`;

/** In a time that says nothing about where two texts differ. */
function isEqual(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

/** A path of this server: two slashes at its start would be another host. */
function withoutToken(url: string): string {
  const { pathname, searchParams } = new URL(url);
  searchParams.delete('token');
  const query = searchParams.toString();
  return `${pathname.replace(/^[/\\]+/, '/')}${query === '' ? '' : `?${query}`}`;
}
