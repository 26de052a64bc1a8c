import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerOptions } from './server-options.js';
import { type RunningServer, startServer } from './start-server.js';

/** A results folder for the tests of a suite, and a server for each that asks for one. Both are removed at the end. */
export class TestServer {
  folder = '';
  private servers: RunningServer[] = [];
  private readonly cacheBefore = process.env.XDG_CACHE_HOME;

  constructor() {
    beforeEach(() => {
      this.folder = mkdtempSync(join(tmpdir(), 'forge-ui-'));
      process.env.XDG_CACHE_HOME = join(this.folder, '.cache');
    });
    afterEach(async () => {
      for (const server of this.servers) await server.close();
      this.servers = [];
      rmSync(this.folder, { recursive: true, force: true });
      if (this.cacheBefore === undefined) delete process.env.XDG_CACHE_HOME;
      else process.env.XDG_CACHE_HOME = this.cacheBefore;
    });
  }

  get results(): string {
    return join(this.folder, 'results');
  }

  async start(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
    const server = await startServer({ folders: [this.results], port: 0, ...options });
    this.servers.push(server);
    return server;
  }

  /** Writes a run as Forge does, without training it. @param change of its `run.json` */
  writeRun(number: number, { experiment = 'digits', flags = {}, ...change }: WrittenRun = {}): string {
    const folder = join(this.results, experiment, String(number));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...recordOf(experiment, number), ...change }));
    const stored = Object.entries({ seed: 1, hidden: 64, ...flags }).map(([name, value]) => [
      name,
      { value, source: 'default' },
    ]);
    writeFileSync(join(folder, 'flags.json'), JSON.stringify({ formatVersion: 2, flags: Object.fromEntries(stored) }));
    writeFileSync(join(folder, 'metrics.jsonl'), metricLines(1, 5));
    return folder;
  }
}

export interface WrittenRun {
  readonly experiment?: string;
  readonly flags?: object;
  readonly [field: string]: unknown;
}

/** Lines of `train.loss`, one a step. */
export function metricLines(first: number, last: number): string {
  let text = '';
  for (let step = first; step <= last; step++) {
    text += `{"step":${step},"epoch":0,"time":${1_767_225_600_000 + step},"split":"train","values":{"loss":${1 / step}}}\n`;
  }
  return text;
}

function recordOf(experiment: string, number: number): object {
  const start = Date.UTC(2026, 0, number);
  return {
    ...{ formatVersion: 2, experiment, number, status: 'completed', reason: null, step: 10 * number, epoch: 0 },
    ...{ created: new Date(start).toISOString(), ended: new Date(start + 90_000).toISOString() },
    ...{ command: [], directory: '/', process: { host: 'elsewhere', pid: 1, startTime: 1 }, host: {}, versions: {} },
    ...{ backend: { name: 'toy', package: 'toy', version: '1.0.0' }, git: null, batch: {}, resumes: [] },
    engine: { backend: 'toy', engine: 'plain', device: 'cpu', versions: {}, settings: {}, warnings: [] },
    ...{ code: 'stored', sweep: null, directions: { 'train.loss': 'min' } },
    metrics: { train: { loss: number / 2 } },
    best: { train: { loss: { value: number / 4, step: 1 } } },
  };
}

export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends bytes as they are, and reads what comes until the server closes the connection, or says nothing for a while. */
export function raw(url: string, text: string, quietMs = 400): Promise<Answer> {
  const { port } = new URL(url);
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
    const finish = () => {
      socket.destroy();
      const [head = '', ...body] = received.split('\r\n\r\n');
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), head, body: body.join('\r\n\r\n') });
    };
    socket.setTimeout(quietMs, finish);
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      received += chunk;
    });
    socket.on('close', finish).on('error', () => undefined);
  });
}

/** A GET as it is, with the right `Host` unless it is given. */
export function rawGet(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  quietMs = 2_000,
): Promise<Answer> {
  const all = { host: new URL(url).host, connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return raw(url, `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, quietMs);
}

/** Everything in a folder: names, kinds, times and contents. */
export function snapshot(folder: string): string[] {
  const found: string[] = [];
  const visit = (path: string) => {
    const status = lstatSync(path);
    const content = status.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
    found.push([path, status.mode, status.size, status.mtimeMs, status.ctimeMs, content].join(' '));
    if (status.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
  };
  visit(folder);
  return found;
}

export async function postJson(url: string, path: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(new URL(path, url), { method: 'POST', headers, body: JSON.stringify(body) });
}
