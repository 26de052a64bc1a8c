import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  promises,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { type AddressInfo, connect, Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { metricLines, TestServer } from '../server.test.support.js';
import { Refresher } from '../table/refresher.js';
import { ShownRuns } from '../table/shown-runs.js';
import { eventBytes } from './event-text.js';
import { LiveClient } from './live-client.js';
import { LiveHub } from './live-hub.js';

interface Received {
  readonly name: string;
  readonly id: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: events of all kinds
  readonly data: any;
  readonly at: number;
}

/** A page that follows events. */
class Page {
  readonly events: Received[] = [];
  bytes = 0;
  private readonly abort = new AbortController();

  static async open(url: string, query: string, lastEventId?: string): Promise<Page> {
    const page = new Page();
    const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const response = await fetch(`${url}api/events?${query}`, { headers, signal: page.abort.signal });
    expect(response.headers.get('content-type')).to.equal('text/event-stream');
    void page.read(response.body!).catch(() => undefined);
    return page;
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      this.bytes += chunk.length;
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const field = (name: string) => block.match(new RegExp(`^${name}: (.*)$`, 'm'))?.[1];
        const data = JSON.parse(field('data')!);
        this.events.push({ name: field('event')!, id: field('id'), data, at: performance.now() });
      }
    }
  }

  of(name: string): Received[] {
    return this.events.filter((event) => event.name === name);
  }

  /** The steps of train.loss that were received, in order. */
  get steps(): number[] {
    return this.of('metrics').flatMap(({ data }) => data.points['train.loss']?.step ?? []);
  }

  async until(isDone: () => boolean, what: string, limit = 5_000): Promise<void> {
    for (const end = performance.now() + limit; !isDone(); await delay(10)) {
      if (performance.now() > end)
        throw new Error(`${what} did not come: ${JSON.stringify(this.events).slice(0, 2_000)}`);
    }
  }

  close(): void {
    this.abort.abort();
  }
}

const running = { status: 'running', ended: null, process: { host: 'elsewhere', pid: 1, startTime: 1 } };

describe('live events', () => {
  const test = new TestServer();
  const pages: Page[] = [];
  const open = async (url: string, query: string, lastEventId?: string) => {
    const page = await Page.open(url, query, lastEventId);
    pages.push(page);
    return page;
  };
  afterEach(() => {
    for (const page of pages.splice(0)) page.close();
  });

  const startRun = async () => {
    const run = test.writeRun(1, running);
    const { url } = await test.start();
    return { url, metrics: join(run, 'metrics.jsonl'), run };
  };
  const size = (text: string) => Buffer.byteLength(text);

  it('send a line on disk within 300 ms, and a page continues from the byte that it has read', async () => {
    const { url, metrics } = await startRun();
    const page = await open(url, `runs=results/digits/1&cursor=${size(metricLines(1, 3))}`);
    await page.until(() => page.steps.length === 2, 'what the page had not read');
    expect(page.steps).to.deep.equal([4, 5]);
    const delays: number[] = [];
    for (let step = 6; step <= 15; step++) {
      const written = performance.now();
      appendFileSync(metrics, metricLines(step, step));
      await page.until(() => page.steps.at(-1) === step, `step ${step}`);
      delays.push(page.events.at(-1)!.at - written);
    }
    // A busy machine may delay one of them.
    expect(delays.sort((a, b) => a - b)[7], delays.join(', ')).to.be.lessThan(300);
    expect(page.steps).to.deep.equal(Array.from({ length: 12 }, (_, at) => at + 4));
    const last = page.of('metrics').at(-1)!;
    expect(last.data.to).to.equal(size(metricLines(1, 15)));
  });

  it('continue after a lost connection from the id of the last event, without a gap and without a repetition', async () => {
    const { url, metrics } = await startRun();
    const query = `runs=results/digits/1&cursor=${size(metricLines(1, 5))}`;
    const first = await open(url, query);
    appendFileSync(metrics, metricLines(6, 8));
    await first.until(() => first.steps.length === 3, 'three lines');
    first.close();
    appendFileSync(metrics, metricLines(9, 10));
    const second = await open(url, query, first.of('metrics').at(-1)!.id);
    await second.until(() => second.steps.length === 2, 'the rest');
    await delay(250);
    expect(second.steps).to.deep.equal([9, 10]);
  });

  it('wait for the end of a line that is being written', async () => {
    const { url, metrics } = await startRun();
    const page = await open(url, `runs=results/digits/1&cursor=${size(metricLines(1, 5))}`);
    const line = metricLines(6, 6);
    appendFileSync(metrics, line.slice(0, 20));
    await delay(300);
    expect(page.of('metrics')).to.deep.equal([]);
    appendFileSync(metrics, line.slice(20));
    await page.until(() => page.steps.length === 1, 'the line');
  });

  it('say when a resume has cut the metrics, also between two connections', async () => {
    const { url, metrics } = await startRun();
    const query = `runs=results/digits/1&cursor=${size(metricLines(1, 5))}`;
    const page = await open(url, query);
    appendFileSync(metrics, metricLines(6, 6));
    await page.until(() => page.steps.length === 1, 'a line');
    const { id } = page.of('metrics').at(-1)!;
    // As a resume does: another file, which soon is as long as the one before.
    writeFileSync(`${metrics}.new`, metricLines(1, 3) + metricLines(4, 6).replaceAll('"loss":0', '"loss":1'));
    renameSync(`${metrics}.new`, metrics);
    await page.until(() => page.of('restart').length === 1, 'the restart');
    page.close();
    const again = await open(url, query, id);
    await again.until(() => again.of('restart').length === 1, 'the restart after a reconnect');
    appendFileSync(metrics, metricLines(7, 7));
    await again.until(() => again.steps.includes(7), 'what is new after it');
    writeFileSync(`${metrics}.new`, metricLines(1, 2));
    renameSync(`${metrics}.new`, metrics);
    await again.until(() => again.of('restart').length === 2, 'the restart of a shorter file');
  });

  it('send nothing while nothing happens, and the same bytes for each new point', async () => {
    const { url, metrics } = await startRun();
    const page = await open(url, `runs=results/digits/1&cursor=${size(metricLines(1, 5))}&table=1`);
    await page.until(() => page.events.length === 2, 'the state of the table and of the run');
    const before = page.bytes;
    await delay(2_500);
    expect(page.bytes).to.equal(before);
    appendFileSync(metrics, metricLines(6, 1005));
    await page.until(() => page.steps.length === 1000, 'a thousand points');
    expect((page.bytes - before) / 1000).to.be.lessThan(60);
  });

  it('tell a page when a run ends, has new checkpoints, and when the table changes', async () => {
    const { url, run } = await startRun();
    const page = await open(url, 'runs=results/digits/1&cursor=0&table=1');
    await page.until(() => page.of('table').length === 1, 'the table');
    test.writeRun(2, running);
    await page.until(() => page.of('table').length === 2, 'the new run');
    expect(page.of('table')[1]!.data).to.include({ total: 2, running: 2 });
    test.writeRun(1, { status: 'failed', reason: 'The loss is NaN.' });
    await page.until(() => page.of('status').some(({ data }) => data.status === 'failed'), 'the end');
    const { data } = page.of('status').at(-1)!;
    expect(data).to.include({ run: 'results/digits/1', reason: 'The loss is NaN.', changed: true });
    rmSync(run, { recursive: true });
    await page.until(() => page.of('table').at(-1)!.data.total === 1, 'the removed run');
  });

  it('send the console log in whole characters', async () => {
    const { url, run } = await startRun();
    const log = join(run, 'console.log');
    writeFileSync(log, 'start\n');
    const page = await open(url, 'log=results/digits/1&logFrom=2');
    const text = () =>
      page
        .of('log')
        .map((event) => event.data.text)
        .join('');
    await page.until(() => text() === 'art\n', 'what the page had not read');
    const bytes = Buffer.from('né😀');
    appendFileSync(log, bytes.subarray(0, 5));
    await page.until(() => text() === 'art\nné', 'whole characters');
    appendFileSync(log, bytes.subarray(5));
    await page.until(() => text() === 'art\nné😀', 'the rest of one');
  });

  it('reach other pages while one does not read, which gets no more than fits its connection', async () => {
    const { url, metrics } = await startRun();
    const slow = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
    slow.pause();
    slow.write('GET /api/events?runs=results/digits/1&cursor=0 HTTP/1.1\r\nhost: localhost\r\n\r\n');
    const page = await open(url, 'runs=results/digits/1&cursor=0');
    appendFileSync(metrics, metricLines(6, 40_000));
    await page.until(() => page.of('metrics').at(-1)?.data.to === size(metricLines(1, 40_000)), 'all', 20_000);
    expect(page.of('metrics').length, 'piece by piece').to.be.greaterThan(10);
    slow.destroy();
  }).timeout(30_000);

  it('go on while a file of a run cannot be looked at', async function () {
    if (process.platform !== 'linux') this.skip(); // Elsewhere the longest path is another.
    // Its run.json has the longest path that the system reads, so those of its checkpoints fail.
    const longest = 4_095 - '/digits/1/run.json'.length;
    let results = test.folder;
    while (longest - results.length > 200) results += `/${'a'.repeat(100)}`;
    results += `/${'b'.repeat(longest - results.length - 1)}`;
    const source = test.writeRun(1, running);
    mkdirSync(`${results}/digits/1`, { recursive: true });
    copyFileSync(join(source, 'run.json'), `${results}/digits/1/run.json`);
    const { url, folders } = await test.start({ folders: [results, test.results] });
    const [first, second] = folders.map(({ name }) => `${name}/digits/1`);
    const page = await open(url, `runs=${first},${second}&cursor=0,0`);
    await page.until(() => new Set(page.of('status').map(({ data }) => data.run)).size === 2, 'the state of both');
    await delay(1_300);
    appendFileSync(join(source, 'metrics.jsonl'), metricLines(6, 6));
    await page.until(() => page.steps.at(-1) === 6, 'a new line of the other run');
  });

  it('read nothing of a run that becomes a link', async () => {
    const { url, metrics, run } = await startRun();
    const page = await open(url, `runs=results/digits/1&cursor=${size(metricLines(1, 5))}`);
    appendFileSync(metrics, metricLines(6, 6));
    await page.until(() => page.steps.length === 1, 'a line');
    const other = join(test.folder, 'other');
    renameSync(run, other);
    symlinkSync(other, run);
    appendFileSync(join(other, 'metrics.jsonl'), metricLines(7, 7));
    await delay(600);
    expect(page.steps).to.deep.equal([6]);
  });

  it('continue from the id that a page names in the URL', async () => {
    const { url, metrics } = await startRun();
    const query = `runs=results/digits/1&cursor=${size(metricLines(1, 5))}`;
    const first = await open(url, query);
    appendFileSync(metrics, metricLines(6, 8));
    await first.until(() => first.steps.length === 3, 'three lines');
    first.close();
    appendFileSync(metrics, metricLines(9, 9));
    const received = encodeURIComponent(first.of('metrics').at(-1)!.id!);
    const second = await open(url, `${query}&received=${received}`);
    await second.until(() => second.steps.length > 0, 'the rest');
    expect(second.steps).to.deep.equal([9]);
  });

  it('tell a page with many runs which of them ended while it was not connected', async () => {
    const ids = Array.from({ length: 25 }, (_, at) => `results/digits/${at + 1}`);
    for (const at of ids.keys()) test.writeRun(at + 1, at < 3 ? running : {});
    const { url } = await test.start();
    const query = `runs=${ids.join(',')}&cursor=${ids.map(() => size(metricLines(1, 5))).join(',')}`;
    const statuses = (page: Page) => page.of('status').map(({ data }) => `${data.run} ${data.status}`);
    const first = await open(url, query);
    await first.until(() => first.of('status').length === 3, 'the runs that train');
    const { id = '' } = first.of('status').at(-1)!;
    first.close();
    const other = await open(url, 'runs=&table=1');
    test.writeRun(2, { status: 'failed', reason: 'The loss is NaN.' });
    await other.until(() => other.of('table').at(-1)?.data.running === 2, 'the end, as another page sees it');
    for (const again of [await open(url, query, id), await open(url, `${query}&received=${encodeURIComponent(id)}`)]) {
      await again.until(() => statuses(again).includes('results/digits/2 failed'), 'the end of a run');
    }
  });

  it('send many long runs to a page that reads, without disconnecting it', async () => {
    const ids: string[] = [];
    for (let number = 1; number <= 12; number++) {
      writeFileSync(join(test.writeRun(number, running), 'metrics.jsonl'), metricLines(1, 9_000));
      ids.push(`results/digits/${number}`);
    }
    const { url } = await test.start();
    const page = await open(url, `runs=${ids.join(',')}&cursor=${ids.map(() => 0).join(',')}`);
    await page.until(() => page.steps.length === 12 * 9_000, 'every line', 20_000);
  }).timeout(30_000);

  it('read a line that is too long once', async function () {
    if (process.platform === 'win32') this.skip(); // It opens files in another way.
    const { url, metrics } = await startRun();
    appendFileSync(metrics, 'a'.repeat(17 << 20));
    const { open: original } = promises;
    let opened = 0;
    promises.open = (async (...parameters: Parameters<typeof original>) => {
      if (parameters[0] === metrics) opened++;
      return original(...parameters);
    }) as typeof original;
    syncBuiltinESMExports();
    try {
      await open(url, `runs=results/digits/1&cursor=${size(metricLines(1, 5))}`);
      await delay(1_500);
    } finally {
      promises.open = original;
      syncBuiltinESMExports();
    }
    // The first looks at the end of the line before.
    expect(opened).to.be.within(1, 2);
  });

  it('forget a page whose request waits behind another when its connection is closed', async () => {
    const shown = new ShownRuns([]);
    let refreshed = 0;
    const refresher = new (class extends Refresher {
      override async refresh(): Promise<void> {
        refreshed++;
      }
    })(shown);
    const hub = new LiveHub(shown, refresher);
    const received = { runs: new Map(), log: undefined };
    const server = createServer((_, response) => {
      response.writeHead(200);
      response.flushHeaders();
      hub.connect({ runs: [], cursors: [], table: true, log: null, logFrom: null, received, isLate: false }, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(2));
    await delay(400);
    expect(refreshed, 'while it is connected').to.be.greaterThan(0);
    socket.destroy();
    await delay(300);
    refreshed = 0;
    await delay(1_500);
    hub.close();
    server.close();
    expect(refreshed, 'after it').to.equal(0);
  });

  it('find out that the machine of a page has vanished', async () => {
    const { url } = await startRun();
    const original = Socket.prototype.setKeepAlive;
    const asked: unknown[][] = [];
    Socket.prototype.setKeepAlive = function (this: Socket, ...parameters: [boolean?, number?]) {
      asked.push(parameters);
      return original.apply(this, parameters);
    };
    try {
      // Not by fetch, whose own connections ask for it too.
      const page = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
      page.write('GET /api/events?table=1 HTTP/1.1\r\nhost: localhost\r\n\r\n');
      await new Promise((resolve) => page.once('data', resolve));
      page.destroy();
    } finally {
      Socket.prototype.setKeepAlive = original;
    }
    expect(asked).to.deep.include([true, 60_000]);
  });

  it('disconnect a page for which more than 1 MB waits', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200);
      const client = new LiveClient(response, [], [], true);
      for (let part = 0; part < 40; part++) {
        client.send(eventBytes('table', { text: 'a'.repeat(1 << 18) }));
        client.flush();
      }
      waiting = response.writableLength;
    });
    let waiting = 0;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const slow = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
    const ended = new Promise((resolve) => slow.once('close', resolve));
    slow.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 200));
    slow.resume();
    await ended;
    expect(waiting).to.be.lessThan(4 << 20);
    server.close();
  });
});
