import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { download } from './download.js';
import { downloadFile } from './download-file.js';
import { type DownloadOptions, readDownloadRequest } from './download-request.js';
import { redirected } from './http-get.js';

const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, n) => (n * 7919) >>> 5));
const sha256 = createHash('sha256').update(bytes).digest('hex');
const other = Buffer.from(bytes).fill(0, 500, 600);

type Answer = (request: IncomingMessage, response: ServerResponse, start: number) => unknown;

const serve =
  (content: Buffer = bytes): Answer =>
  (_request, response, start) =>
    response.writeHead(start === 0 ? 200 : 206, headersOf(content, start)).end(content.subarray(start));
const whole: Answer = (_request, response) => response.end(bytes);
/** Sends some bytes, then breaks the connection. */
const cutAfter =
  (count: number, content: Buffer = bytes): Answer =>
  (_request, response, start) => {
    response.writeHead(start === 0 ? 200 : 206, headersOf(content, start));
    response.write(content.subarray(start, start + count), () => setTimeout(() => response.destroy(), 20));
  };
const status =
  (code: number, headers = {}): Answer =>
  (_request, response) =>
    response.writeHead(code, headers).end();

function headersOf(content: Buffer, start: number): Record<string, string | number> {
  const length = { 'content-length': content.length - start };
  const range = `bytes ${start}-${content.length - 1}/${content.length}`;
  return start === 0 ? length : { ...length, 'content-range': range };
}

describe('download', function () {
  this.timeout(30_000);
  const folder = useTemporaryFolder();
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    delete process.env.FORGE_OFFLINE;
    for (const close of closers.splice(0)) await close();
  });

  /** A server that gives each request the next answer; the last one again and again. */
  async function server(...answers: Answer[]) {
    const requests: string[] = [];
    const listening = createServer((request, response) => {
      const { range } = request.headers;
      requests.push(range === undefined ? request.url! : `${request.url} ${range}`);
      const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
      answer(request, response, Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0));
    });
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const close = async () => {
      listening.closeAllConnections();
      await new Promise((resolve) => listening.close(resolve));
    };
    closers.push(close);
    const { port } = listening.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/data/train.csv`, host: `127.0.0.1:${port}`, requests, close };
  }

  /** Downloads into the test's folder, with short pauses; `text` is what the user sees. */
  async function get(url: string, options: Partial<DownloadOptions> = {}, screen: { isTTY?: boolean } = {}) {
    let text = '';
    const write = (more: string) => {
      text += more;
    };
    const output = { ...screen, columns: 60, write };
    const request = readDownloadRequest(url, { sha256, folder: folder(), ...options });
    const path = await downloadFile(request, { output, pauses: [1, 1, 1] }).catch((error: Error) => {
      throw Object.assign(error, { text });
    });
    return { path, text };
  }
  const names = async () => (await readdir(folder())).sort();
  const expectWhole = async (path = join(folder(), 'train.csv')) => {
    expect((await readFile(path)).equals(bytes)).to.equal(true);
    expect(await names()).to.deep.equal(['train.csv']);
  };

  it('downloads a file once, and says so when it starts and when it has ended', async () => {
    const { url, requests, host } = await server(serve());
    const { path, text } = await get(url, { size: bytes.length });
    await expectWhole(path);
    expect(text).to.match(
      new RegExp(
        `^Downloading train\\.csv \\(0\\.1 MB\\) from ${host}\nDownloaded train\\.csv \\(0\\.1 MB, \\d\\.\\d s\\) to .*\n$`,
      ),
    );
    expect((await get(url)).text).to.equal('');
    expect(requests).to.deep.equal(['/data/train.csv']);
  });

  it('uses the cache folder, one for each checksum', async () => {
    const before = process.env.XDG_CACHE_HOME;
    process.env.XDG_CACHE_HOME = folder();
    try {
      const { url } = await server(serve());
      const path = await download(url, { sha256: sha256.toUpperCase() });
      expect(path).to.equal(join(folder(), 'forge', 'downloads', sha256.slice(0, 16), 'train.csv'));
      await writeFile(path, 'corrupt');
      await download(url, { sha256 });
      expect((await readFile(path)).equals(bytes)).to.equal(true);
    } finally {
      if (before === undefined) delete process.env.XDG_CACHE_HOME;
      else process.env.XDG_CACHE_HOME = before;
    }
  });

  it('continues where the connection broke, as long as each attempt adds something', async () => {
    const { url, requests } = await server(...Array.from({ length: 9 }, () => cutAfter(10_000)), serve());
    await get(url);
    await expectWhole();
    // How much of it arrives before the connection breaks depends on the system.
    const starts = requests.map((request) => Number(/ bytes=(\d+)-$/.exec(request)?.[1] ?? 0));
    expect(starts).to.deep.equal([...starts].sort((one, next) => one - next));
    expect(starts.at(-1)).to.be.greaterThan(40_000);
    expect(requests).to.have.length(10);
  });

  it('continues at the next call, and at a mirror', async () => {
    const broken = await server(cutAfter(10_000), status(503));
    const error = await failureOf(() => get(broken.url));
    expect([error.code, error.message]).to.deep.equal([
      'DATA_UNAVAILABLE',
      `Cannot download train.csv from ${broken.url}: ${broken.host}: it answered 503 for /data/train.csv.`,
    ]);
    expect(error.hint).to.contain('Try again to continue the download').and.contain(join(folder(), 'train.csv'));
    expect(await names()).to.deep.equal(['train.csv.part']);
    const mirror = await server(serve());
    await get(broken.url, { mirrors: [mirror.url] });
    expect(mirror.requests).to.have.length(1);
    expect(mirror.requests[0]).to.match(/ bytes=[1-9]\d*-$/);
    await expectWhole();
  });

  it('starts again if a server ignores the range, or the part is corrupt, too long or of another size', async () => {
    const answers: readonly (readonly [Buffer, Answer, Partial<DownloadOptions>?])[] = [
      [bytes.subarray(0, 1234), whole],
      [other.subarray(0, 1234), serve()],
      [
        Buffer.concat([bytes, bytes]),
        (_, response, start) => (start === 0 ? response.end(bytes) : status(416)(_, response, 0)),
      ],
      [Buffer.concat([bytes, bytes]), serve(), { size: bytes.length }],
    ];
    for (const [part, answer, options] of answers) {
      await mkdir(join(folder(), 'x'), { recursive: true });
      const place = join(folder(), 'x', String(answers.findIndex(([given]) => given === part)));
      await mkdir(place);
      await writeFile(join(place, 'train.csv.part'), part);
      const { url } = await server(answer);
      const { path } = await get(url, { folder: place, ...options });
      expect((await readFile(path)).equals(bytes)).to.equal(true);
      expect(await readdir(place)).to.deep.equal(['train.csv']);
    }
  });

  it('takes a part that is complete without a request', async () => {
    await writeFile(join(folder(), 'train.csv.part'), bytes);
    const { url, requests } = await server(serve());
    await get(url, { size: bytes.length });
    await expectWhole();
    expect(requests).to.deep.equal([]);
  });

  it('refuses a file with a wrong checksum, and tries the next mirror', async () => {
    const wrong = await server(serve(other));
    const error = await failureOf(() => get(wrong.url));
    expect(error.message).to.contain('another checksum than the one given');
    expect(await names()).to.deep.equal([]);
    expect(wrong.requests).to.have.length(1);
    await get(wrong.url, { mirrors: [(await server(serve())).url] });
    await expectWhole();
  });

  it('tries again after 500 and 429, and not after 404', async () => {
    const busy = await server(status(500), status(429), serve());
    await get(busy.url);
    expect(busy.requests).to.have.length(3);
    const gone = await server(status(404));
    const error = await failureOf(() => get(gone.url, { file: 'b.csv' }));
    expect([gone.requests.length, error.message.includes('it answered 404')]).to.deep.equal([1, true]);
  });

  it('refuses more bytes than the file has, and a size of the server that is too large', async () => {
    const more = await server(serve(Buffer.concat([bytes, bytes])));
    const error = await failureOf(() => get(more.url, { size: bytes.length }));
    expect(error.message).to.contain("it sends more than the file's 100000 bytes");
    const huge = await server((_request, response) =>
      response.writeHead(200, { 'content-length': 2 ** 40 }).write('x'),
    );
    expect((await failureOf(() => get(huge.url))).message).to.contain('give the `size` of the file');
  });

  it('keeps the bytes of a server that says they are compressed, as the file has them', async () => {
    const zipped = await server((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes),
    );
    await get(zipped.url);
    await expectWhole();
  });

  it('follows redirects, but not in a circle, and not to another protocol', async () => {
    const end = await server(serve());
    const start = await server(status(302, { location: end.url }));
    await get(start.url);
    await expectWhole();
    const circle = await server(status(301, { location: '/data/train.csv' }));
    expect((await failureOf(() => get(circle.url, { file: 'b' }))).message).to.contain('redirects more than 10 times');
    const from = new URL('https://x.org/a/b.csv');
    expect(redirected(from, '../c.csv').href).to.equal('https://x.org/c.csv');
    expect(() => redirected(from, 'http://y.org/b.csv')).to.throw('it redirects from https to http (y.org)');
    const local = await server(status(302, { location: 'file:///etc/passwd' }));
    expect((await failureOf(() => get(local.url, { file: 'b' }))).message).to.contain(
      'redirects to an invalid address',
    );
  });

  it('works with several calls and several processes at once: one downloads, the others wait', async () => {
    const slow: Answer = (_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 50_000));
      setTimeout(() => response.end(bytes.subarray(50_000)), 1500);
    };
    const { url, requests } = await server(slow);
    const ends = [0, 1, 2].map(() => once(process_(url), 'exit'));
    const paths = await Promise.all([get(url), get(url)]);
    expect((await Promise.all(ends)).map(([code]) => code)).to.deep.equal([0, 0, 0]);
    expect(paths[0]?.path).to.equal(paths[1]?.path);
    await expectWhole();
    expect(requests).to.have.length(1);
  });

  it('continues after the process that downloaded was killed', async () => {
    const stall: Answer = (_request, response) =>
      response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 40_000));
    const { url, requests } = await server(stall, serve());
    const child = process_(url);
    for (;;) {
      const part = await readFile(join(folder(), 'train.csv.part')).catch(() => undefined);
      if (part?.length === 40_000) break;
      await wait(20);
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await names()).to.deep.equal(['train.csv.part', 'train.csv.part.lock']);
    await get(url);
    await expectWhole();
    expect(requests).to.deep.equal(['/data/train.csv', '/data/train.csv bytes=40000-']);
  });

  it('takes the lock of another host only after it was not renewed for a minute', async () => {
    const lock = join(folder(), 'train.csv.part.lock');
    await writeFile(lock, JSON.stringify({ host: `not-${hostname()}`, pid: 1 }));
    const { url, requests } = await server(serve());
    const getting = get(url);
    await wait(500);
    expect(requests).to.deep.equal([]);
    const old = new Date(Date.now() - 120_000);
    await utimes(lock, old, old);
    expect((await getting).text).to.contain('Waiting for another process (pid 1)');
    await expectWhole();
  });

  it('offline uses what is there, and otherwise says where to put which file', async () => {
    process.env.FORGE_OFFLINE = '1';
    const { url, requests } = await server(serve());
    const path = join(folder(), 'train.csv');
    const error = await failureOf(() => get(url));
    expect([error.code, error.message, error.hint]).to.deep.equal([
      'DATA_UNAVAILABLE',
      `${path} does not exist, and FORGE_OFFLINE forbids to download it.`,
      `Put ${url} there (sha256:${sha256}), or unset FORGE_OFFLINE.`,
    ]);
    await writeFile(path, bytes);
    expect((await get(url)).path).to.equal(path);
    expect(requests).to.deep.equal([]);
  });

  it('does not replace another file in a folder of the user', async () => {
    await writeFile(join(folder(), 'train.csv'), 'mine');
    const { url } = await server(serve());
    const error = await failureOf(() => get(url));
    expect([error.code, error.hint?.startsWith('Move it away')]).to.deep.equal(['DATA_INVALID', true]);
    expect(await readFile(join(folder(), 'train.csv'), 'utf8')).to.equal('mine');
  });

  it('names an address that cannot be reached, and a folder that cannot be written', async () => {
    const { url, close } = await server(serve());
    await close();
    closers.length = 0;
    const error = await failureOf(() => get(url));
    expect(error.message).to.contain(`from ${url}: `).and.contain('ECONNREFUSED');
    if (process.getuid?.() === 0) await writeFile(join(folder(), 'f'), '');
    else await chmod(folder(), 0o500);
    const refused = await failureOf(() => get(url, { folder: join(folder(), 'f', 'g') }));
    expect([refused.code, refused.message.startsWith('Cannot download to ')]).to.deep.equal(['FILE_SYSTEM', true]);
    if (process.getuid?.() !== 0) await chmod(folder(), 0o700);
  });

  it('shows one line on a terminal, no longer than that, and removes it at the end', async () => {
    const { url } = await server((_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 50_000));
      setTimeout(() => response.end(bytes.subarray(50_000)), 300);
    });
    const { text } = await get(url, { file: `${'long-'.repeat(12)}name\u001b[31m.csv` }, { isTTY: true });
    const lines = text
      .replaceAll('\r\u001b[K', '\n')
      .split('\n')
      .filter((line) => line !== '');
    expect(lines.length).to.be.within(3, 5);
    for (const line of lines.slice(0, -1)) expect(line.length).to.be.at.most(59);
    expect(text.replaceAll('\r\u001b[K', '')).to.not.contain('\u001b');
    expect(lines.at(-1)).to.match(/^Downloaded long-/);
  });

  it('checks its arguments before anything is sent', () => {
    const valid = { sha256 };
    for (const [url, options, code, text] of [
      ['https://x.org/a.csv', {}, 'USAGE', 'needs the checksum'],
      ['https://x.org/a.csv', undefined, 'USAGE', 'needs the checksum'],
      ['https://x.org/a.csv', { sha256: 'abc' }, 'USAGE', '"abc" is no SHA-256 checksum'],
      ['https://x.org/a.csv', { ...valid, checksum: sha256 }, 'OPTION_UNKNOWN', '"checksum"'],
      ['https://x.org/a.csv', { ...valid, file: '../a.csv' }, 'USAGE', '"../a.csv" is no name of a file'],
      ['https://x.org/', valid, 'USAGE', '"" is no name of a file'],
      ['https://x.org/..%2Fa.csv', valid, 'USAGE', '"../a.csv" is no name of a file'],
      ['ftp://x.org/a.csv', valid, 'USAGE', '"ftp://x.org/a.csv" is no address'],
      ['a.csv', valid, 'USAGE', '"a.csv" is no address'],
      ['https://me:secret@x.org/a.csv', valid, 'USAGE', 'the address at x.org has a user name'],
      ['https://x.org/a.csv', { ...valid, size: -1 }, 'USAGE', '-1 is no size'],
    ] as const) {
      expect(() => readDownloadRequest(url, options as never))
        .to.throw(text)
        .with.property('code', code);
    }
  });

  /** Another process that downloads into the test's folder. */
  function process_(url: string): ChildProcess {
    const options = JSON.stringify({ sha256, folder: folder() });
    const script = `import { download } from ${JSON.stringify(new URL('./download.js', import.meta.url).href)};
      await download(${JSON.stringify(url)}, ${options});`;
    return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
  }
});
