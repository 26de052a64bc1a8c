import type { IncomingMessage, ServerResponse } from 'node:http';
import { foreignRequest } from '@forge-ml/core/http';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { Batcher, type BatcherOptions, RequestGone } from './batcher.js';
import { describeServer } from './describe-server.js';
import { answerOf, describeUnexpected, HttpProblem } from './http-problem.js';
import { type Examples, readExamples } from './request-body.js';
import type { RequestLog } from './request-log.js';
import type { Instance, ServedModel } from './served-model.js';

export interface AppOptions {
  readonly model: ServedModel;
  readonly batching: Pick<BatcherOptions<Instance, unknown>, 'maxBatch' | 'maxWaitMs' | 'maxQueue'>;
  /** Most bytes of a body. */
  readonly maxBody: number;
  readonly isOwnHost: (header: string | undefined) => boolean;
  readonly log: RequestLog;
  /** The server's own address. */
  readonly url: () => string;
}

export interface App {
  readonly fetch: Hono['fetch'];
  /** Resolves when nothing is computed. */
  idle(): Promise<void>;
  /** From now on answers ask the client to close its connection. */
  stopping(): void;
}

/** The two headers that keep browsers from treating an answer as a page. */
const headers = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };

/** What `forge serve` answers. */
export function app({ model, batching, maxBody, isOwnHost, log, url }: AppOptions): App {
  const batcher = new Batcher<Instance, unknown>({
    ...batching,
    keyOf: (instance, number) => model.keyOf(instance, number),
    run: (instances, first) => model.predict(instances, first),
  });
  let isStopping = false;
  /** Written at once: a `Response`, and its headers, would take longer than the rest of the server. */
  const answer = (context: Context, status: number, body: unknown) => {
    const { outgoing } = context.env as HttpBindings;
    const text = JSON.stringify(body);
    // What is left of a body that was not read is not waited for.
    const isLast = isStopping || status === 413;
    outgoing.writeHead(status, {
      ...headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      ...(isLast ? { connection: 'close' } : {}),
    });
    outgoing.end(text);
    return RESPONSE_ALREADY_SENT;
  };
  const routes = new Hono();
  routes.use(async (context, next) => {
    const { incoming } = context.env as HttpBindings;
    refuseForeign(incoming, isOwnHost);
    await next();
  });
  routes.post('/predict', async (context) => {
    const started = performance.now();
    const { incoming, outgoing } = context.env as HttpBindings;
    let examples: Examples | undefined;
    try {
      examples = await readExamples(incoming, maxBody);
      const predictions = await batcher.submit(examples.instances, () => isClosed(outgoing));
      log.request({ path: '/predict', status: 200, examples: predictions.length, ms: performance.now() - started });
      return answer(context, 200, answerTo(examples, predictions));
    } catch (error) {
      if (error instanceof RequestGone) return answer(context, 499, null);
      const { status, body } = answerOf(error);
      if (body.code === 'INTERNAL') log.unexpected(describeUnexpected(error));
      const ms = performance.now() - started;
      log.request({ path: '/predict', status, examples: examples?.instances.length ?? 0, ms, error: body });
      return answer(context, status, body);
    }
  });
  routes.get('/health', (context) => answer(context, 200, { status: 'ok', model: model.name }));
  routes.get('/', (context) => context.text(describeServer(model, url()), 200, headers));
  routes.all('*', (context) => {
    if (!['/', '/health', '/predict'].includes(context.req.path)) {
      throw new HttpProblem(404, 'NOT_FOUND', 'There is no such address.', 'GET / lists them.');
    }
    const allowed = context.req.path === '/predict' ? 'POST' : 'GET';
    (context.env as HttpBindings).outgoing.setHeader('allow', allowed);
    throw new HttpProblem(405, 'METHOD', `${context.req.path} answers ${allowed} only.`, 'GET / shows an example.');
  });
  routes.onError((error, context) => {
    const { status, body } = answerOf(error);
    if (body.code === 'INTERNAL') log.unexpected(describeUnexpected(error));
    return answer(context, status, body);
  });
  return {
    fetch: routes.fetch,
    idle: () => batcher.idle(),
    stopping: () => {
      isStopping = true;
    },
  };
}

function answerTo({ form }: Examples, predictions: readonly unknown[]): unknown {
  if (form === 'one') return predictions[0];
  return form === 'list' ? predictions : { predictions };
}

/** Other sites reach a server of this machine by DNS rebinding, and by pages that send requests to it. */
function refuseForeign({ headers, url = '' }: IncomingMessage, isOwnHost: AppOptions['isOwnHost']): void {
  if (!url.startsWith('/')) throw new HttpProblem(400, 'INVALID', 'The URL must be a path.');
  const foreign = foreignRequest(headers, isOwnHost);
  if (foreign === 'host') {
    const hint = 'Use the URL that forge serve printed, or start it with --host and that name.';
    throw new HttpProblem(403, 'FOREIGN_HOST', 'The server has another name than the one of this request.', hint);
  }
  if (foreign === 'origin') {
    const hint = 'Send the request from your own server.';
    throw new HttpProblem(403, 'FOREIGN_ORIGIN', 'Pages of other sites may not use the server.', hint);
  }
}

function isClosed({ destroyed, writableFinished }: ServerResponse): boolean {
  return destroyed && !writableFinished;
}
