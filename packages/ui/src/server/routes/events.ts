import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { decodeCursor } from '../live/event-cursor.js';
import type { LiveHub } from '../live/live-hub.js';
import { ApiProblem } from '../security/api-problem.js';
import { securityHeaders } from '../security/response-headers.js';

const mostRuns = 500;

/** Server-sent events: see protocol/live.ts. */
export function eventRoutes(live: LiveHub): Hono {
  return new Hono().get('/events', (context) => {
    const { incoming, outgoing } = context.env as HttpBindings;
    const listed = (name: string) => (context.req.query(name) ?? '').split(',').filter((part) => part !== '');
    const runs = listed('runs');
    if (runs.length > mostRuns)
      throw new ApiProblem(413, 'TOO_LARGE', `At most ${mostRuns} runs are followed at once.`);
    const received = context.req.header('last-event-id') ?? context.req.query('received');
    const request = {
      runs,
      cursors: listed('cursor').map(byte),
      table: context.req.query('table') === '1',
      log: context.req.query('log') ?? null,
      logFrom: context.req.query('logFrom') === undefined ? null : byte(context.req.query('logFrom')!),
      received: decodeCursor(received ?? ''),
      isLate: received !== undefined,
    };
    // Nothing is sent while nothing happens.
    incoming.socket.setTimeout(0);
    incoming.socket.setNoDelay(true);
    // A machine that vanished says no goodbye.
    incoming.socket.setKeepAlive(true, 60_000);
    outgoing.writeHead(200, {
      ...securityHeaders,
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    outgoing.flushHeaders();
    live.connect(request, outgoing as HttpBindings['outgoing']);
    return RESPONSE_ALREADY_SENT;
  });
}

/** @throws ApiProblem INVALID */
function byte(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ApiProblem(400, 'INVALID', 'A cursor must be a whole number.');
}
