import { foreignRequest } from '@forge-ml/core/http';
import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import { ApiProblem } from './api-problem.js';

const longestUrl = 16 * 1024;

/**
 * Refuses what no page of this server sends: names of other sites, which DNS rebinding leads here; requests from pages of
 * other sites; other methods; URLs of any length.
 */
export function requestGuard(isOwnHost: (header: string | undefined) => boolean): MiddlewareHandler {
  return async (context, next) => {
    const { headers, url = '' } = (context.env as HttpBindings).incoming;
    if (url.length > longestUrl) {
      throw new ApiProblem(414, 'TOO_LARGE', `The URL has more than ${longestUrl} characters.`, 'Select fewer runs.');
    }
    // A URL with a host of its own would be another name than the header's.
    if (!url.startsWith('/')) throw new ApiProblem(400, 'INVALID', 'The URL must be a path.');
    const foreign = foreignRequest(headers, isOwnHost);
    if (foreign === 'host') {
      const hint = 'Use the URL that forge ui printed, or start it with --host and that name.';
      throw new ApiProblem(403, 'FOREIGN_HOST', 'The dashboard has another name than the one of this request.', hint);
    }
    if (foreign === 'origin') {
      throw new ApiProblem(403, 'FOREIGN_ORIGIN', 'Pages of other sites may not use the dashboard.');
    }
    const site = headers['sec-fetch-site'];
    if (context.req.path.startsWith('/api/') && site !== undefined && site !== 'same-origin' && site !== 'none') {
      throw new ApiProblem(403, 'FOREIGN_ORIGIN', 'Pages of other sites may not use the dashboard.');
    }
    if (context.req.method !== 'GET' && context.req.method !== 'POST') {
      context.header('allow', 'GET, POST');
      throw new ApiProblem(405, 'METHOD', 'The dashboard answers GET and POST only.');
    }
    await next();
  };
}
