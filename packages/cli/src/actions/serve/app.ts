import type { IncomingMessage, ServerResponse } from 'node:http';
import { foreignRequest } from '@forge-ml/core/http';
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
  /** How many connections are open. */
  readonly connections: () => number;
  readonly log: RequestLog;
  /** The server's own address. */
  readonly url: () => string;
}

export interface App {
  /** Answers a request of Node's `http`. */
  answer(incoming: IncomingMessage, outgoing: ServerResponse): void;
  /** Resolves when nothing is computed. */
  idle(): Promise<void>;
  /** From now on answers ask the client to close its connection. */
  stopping(): void;
}

/** The paths, and what they answer to. */
const methods: Readonly<Record<string, 'GET' | 'POST'>> = { '/': 'GET', '/health': 'GET', '/predict': 'POST' };

/** What `forge serve` answers. On Node's `http` alone: routes of a framework would take longer than a small model. */
export function app({ model, batching, maxBody, isOwnHost, connections, log, url }: AppOptions): App {
  const batcher = new Batcher<Instance, unknown>({
    ...batching,
    keyOf: (instance, number) => model.keyOf(instance, number),
    run: (instances, first) => model.predict(instances, first),
    // A client sends its next request when it has the answer to the last.
    mayHaveMore: () => connections() > 1,
  });
  let isStopping = false;
  const send = (outgoing: ServerResponse, status: number, text: string, type: string) => {
    // What is left of a body that was not read is not waited for.
    const isLast = isStopping || status === 413;
    outgoing.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(text),
      // These keep browsers from treating an answer as a page.
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      ...(isLast ? { connection: 'close' } : {}),
    });
    outgoing.end(text);
  };
  const sendJson = (outgoing: ServerResponse, status: number, body: unknown) => {
    send(outgoing, status, JSON.stringify(body), 'application/json');
  };
  const predict = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const started = performance.now();
    let examples: Examples | undefined;
    try {
      examples = await readExamples(incoming, maxBody);
      const predictions = await batcher.submit(examples.instances, () => isClosed(outgoing));
      sendJson(outgoing, 200, answerTo(examples, predictions));
      log.request({ path: '/predict', status: 200, examples: predictions.length, ms: performance.now() - started });
    } catch (error) {
      if (error instanceof RequestGone) return sendJson(outgoing, 499, null);
      const { status, body } = answerOf(error);
      if (body.code === 'INTERNAL') log.unexpected(describeUnexpected(error));
      const ms = performance.now() - started;
      log.request({ path: '/predict', status, examples: examples?.instances.length ?? 0, ms, error: body });
      sendJson(outgoing, status, body);
    }
  };
  const answer = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    refuseForeign(incoming, isOwnHost);
    const path = incoming.url!.split('?', 1)[0]!;
    if (!Object.hasOwn(methods, path)) {
      throw new HttpProblem(404, 'NOT_FOUND', 'There is no such address.', 'GET / lists them.');
    }
    const allowed = methods[path]!;
    const method = incoming.method === 'HEAD' ? 'GET' : incoming.method;
    if (method !== allowed) {
      outgoing.setHeader('allow', allowed);
      throw new HttpProblem(405, 'METHOD', `${path} answers ${allowed} only.`, 'GET / shows an example.');
    }
    if (path === '/predict') return void predict(incoming, outgoing);
    if (path === '/health') return sendJson(outgoing, 200, { status: 'ok', model: model.name });
    return send(outgoing, 200, describeServer(model, url()), 'text/plain; charset=UTF-8');
  };
  return {
    answer(incoming, outgoing) {
      try {
        answer(incoming, outgoing);
      } catch (error) {
        const { status, body } = answerOf(error);
        if (body.code === 'INTERNAL') log.unexpected(describeUnexpected(error));
        sendJson(outgoing, status, body);
      }
    },
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
