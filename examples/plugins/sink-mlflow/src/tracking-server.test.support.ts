import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Readonly<Record<string, unknown>>;

export interface StoredRun {
  readonly id: string;
  readonly experimentId: string;
  readonly name: string;
  status: string;
  endTime: number | undefined;
  readonly params: Map<string, string>;
  readonly tags: Map<string, string>;
  /** Every received point, including duplicates. */
  readonly points: Point[];
}

export interface Point {
  readonly key: string;
  readonly value: number;
  readonly timestamp: number;
  readonly step: number;
}

/**
 * The outcome of a request: `answer`; a status without being executed; or executed and then `cut` off or never answered
 * (`hang`).
 */
export type Fate = 'answer' | 'cut' | 'hang' | { readonly status: number; readonly retryAfter?: string };

class Rejection extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const invalid = (message: string) => new Rejection(400, 'INVALID_PARAMETER_VALUE', message);

/**
 * A small tracking server with the documented calls that the sink makes, and their limits. Like MLflow's file store it
 * keeps duplicate points, so that a test detects them.
 */
export class TrackingServer {
  /** Requests in order; the path is that after `/api/2.0/mlflow/`. */
  readonly requests: { readonly path: string; readonly authorization: string | undefined; readonly at: number }[] = [];
  readonly experiments = new Map<string, string>();
  readonly runs = new Map<string, StoredRun>();
  fate: (path: string, count: number) => Fate = () => 'answer';
  private readonly server = createServer((request, response) => void this.handle(request, response));
  private waiters: (() => void)[] = [];

  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The only run. @throws Error if there is another number of runs */
  get run(): StoredRun {
    if (this.runs.size !== 1) throw new Error(`${this.runs.size} runs`);
    return [...this.runs.values()][0]!;
  }

  /** Waits until a condition is true, checked after each request. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://localhost');
    const path = url.pathname.replace('/api/2.0/mlflow/', '');
    const body = await bodyOf(request).catch(() => undefined);
    if (body === undefined) return;
    const { authorization } = request.headers;
    this.requests.push({ path, authorization, at: performance.now() });
    const fate = this.fate(path, this.requests.length);
    if (typeof fate === 'object') {
      const retry = fate.retryAfter === undefined ? {} : { 'retry-after': fate.retryAfter };
      response.writeHead(fate.status, retry).end('{}');
    } else {
      const answer = this.answer(request.method!, path, url.searchParams, body);
      if (fate === 'cut') response.destroy();
      if (fate === 'answer') {
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
      }
    }
    for (const resolve of this.waiters.splice(0)) resolve();
  }

  private answer(method: string, path: string, query: URLSearchParams, body: string): { status: number; body: Json } {
    try {
      const call = this.calls[`${method} ${path}`];
      if (call === undefined) throw new Rejection(404, 'ENDPOINT_NOT_FOUND', `${method} ${path}`);
      if (body.length > 1_000_000) throw invalid(`a request of ${body.length} bytes`);
      return { status: 200, body: call(method === 'GET' ? Object.fromEntries(query) : (JSON.parse(body) as Json)) };
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      return { status: error.status, body: { error_code: error.code, message: error.message } };
    }
  }

  private readonly calls: Readonly<Record<string, (content: Json) => Json>> = {
    'GET experiments/get-by-name': ({ experiment_name: name }) => {
      const id = this.experiments.get(text(name));
      if (id === undefined) throw new Rejection(404, 'RESOURCE_DOES_NOT_EXIST', `No experiment ${String(name)}`);
      return { experiment: { experiment_id: id, name, lifecycle_stage: 'active' } };
    },
    'POST experiments/create': ({ name }) => {
      if (this.experiments.has(text(name)))
        throw new Rejection(400, 'RESOURCE_ALREADY_EXISTS', `Experiment ${String(name)}`);
      this.experiments.set(text(name), String(this.experiments.size + 1));
      return { experiment_id: this.experiments.get(text(name)) };
    },
    'POST runs/create': ({ experiment_id: experiment, run_name: name, start_time: start, tags }) => {
      if (![...this.experiments.values()].includes(text(experiment))) throw invalid('experiment_id');
      whole(start);
      const id = `run${this.runs.size + 1}`;
      const points: Point[] = [];
      const run: StoredRun = {
        id,
        experimentId: text(experiment),
        name: text(name),
        status: 'RUNNING',
        endTime: undefined,
        params: new Map(),
        tags: new Map(pairs(tags)),
        points,
      };
      this.runs.set(id, run);
      return { run: { info: { run_id: id, run_uuid: id, experiment_id: experiment, status: 'RUNNING' }, data: {} } };
    },
    'POST runs/search': ({ experiment_ids: experiments, filter }) => {
      const [, tag, value] = /^tags\.`([^`]+)` = '([^']*)'$/.exec(text(filter)) ?? [];
      if (tag === undefined) throw invalid(`filter ${String(filter)}`);
      const found = [...this.runs.values()].filter(
        (run) => list(experiments).includes(run.experimentId) && run.tags.get(tag) === value,
      );
      // Protobuf's JSON omits an empty list.
      return found.length === 0 ? {} : { runs: found.map(({ id }) => ({ info: { run_id: id } })) };
    },
    'POST runs/log-batch': ({ run_id: id, metrics = [], params = [], tags = [] }) => {
      const run = this.known(id);
      const [m, p, t] = [list(metrics), list(params), list(tags)];
      if (m.length > 1000 || p.length > 100 || t.length > 100 || m.length + p.length + t.length > 1000) {
        throw invalid(`${m.length} metrics, ${p.length} params, ${t.length} tags`);
      }
      for (const [key, value] of pairs(p)) {
        if ((run.params.get(key) ?? value) !== value) throw invalid(`Changing param values is not allowed: ${key}`);
        if (value.length > 500) throw invalid(`the value of ${key} is too long`);
        run.params.set(key, value);
      }
      for (const [key, value] of pairs(t)) run.tags.set(key, value);
      run.points.push(...m.map((metric) => point(metric as Json)));
      return {};
    },
    'POST runs/update': ({ run_id: id, status, end_time: end }) => {
      const run = this.known(id);
      if (!['RUNNING', 'FINISHED', 'FAILED', 'KILLED'].includes(text(status)))
        throw invalid(`status ${String(status)}`);
      run.status = text(status);
      run.endTime = end === undefined ? undefined : whole(end);
      return { run_info: { run_id: id, status } };
    },
    'GET metrics/get-history': ({ run_id: id, metric_key: key, max_results: most, page_token: token }) => {
      const points = this.known(id).points.filter((candidate) => candidate.key === key);
      if (Number(most) > 25_000) throw invalid('max_results');
      // Small pages, so that tests need several; 64-bit numbers as strings, as protobuf's JSON may have them.
      const from = Number(token ?? 0);
      const page = points
        .slice(from, from + 7)
        .map(({ step, timestamp, ...rest }) => ({ ...rest, step: String(step), timestamp: String(timestamp) }));
      return { metrics: page, ...(from + 7 < points.length ? { next_page_token: String(from + 7) } : {}) };
    },
  };

  private known(id: unknown): StoredRun {
    const run = this.runs.get(text(id));
    if (run === undefined) throw new Rejection(404, 'RESOURCE_DOES_NOT_EXIST', `Run '${String(id)}' not found`);
    return run;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function point({ key, value, timestamp, step }: Json): Point {
  const number = typeof value === 'number' || /^(NaN|-?Infinity)$/.test(String(value)) ? Number(value) : undefined;
  if (number === undefined) throw invalid(`the value ${String(value)} of ${String(key)}`);
  return { key: checkedName(key), value: number, timestamp: whole(timestamp), step: whole(step) };
}

function pairs(items: unknown): [string, string][] {
  return list(items).map((item) => {
    const { key, value } = item as Json;
    return [checkedName(key), text(value)];
  });
}

function checkedName(key: unknown): string {
  const name = text(key);
  const invalidPath = name.split('/').some((segment) => /^\.{0,2}$/.test(segment));
  if (invalidPath || name.length > 250 || !/^[\p{L}\p{N}_\-. /]+$/u.test(name)) throw invalid(`Invalid name ${name}`);
  return name;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(`${JSON.stringify(value)} is not a list`);
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw invalid(`${JSON.stringify(value)} is not a string`);
  return value;
}

function whole(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw invalid(`${JSON.stringify(value)} is not a whole number`);
  return value as number;
}
