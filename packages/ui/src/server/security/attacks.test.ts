import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { selectRuns } from '@forge-ml/core/runs';
import { expect } from 'chai';
import { postJson, raw, rawGet, snapshot, TestServer } from '../server.test.support.js';

const secret = 'the-secret-of-another-folder';
const curves = { axis: 'step', from: null, to: null, width: 100, logX: false, logY: false, smooth: 0 };

describe('attacks on the server', () => {
  const test = new TestServer();
  let before: readonly string[];

  const start = async (options = {}) => {
    test.writeRun(1);
    writeFileSync(join(test.folder, 'secret.txt'), secret);
    before = snapshot(test.results);
    return (await test.start(options)).url;
  };
  /** The server answers as before, and has changed nothing. */
  const expectUnharmed = async (url: string) => {
    const { status, body } = await rawGet(url, '/api/runs');
    expect(status, body).to.equal(200);
    expect(JSON.parse(body).total).to.be.at.least(1);
    expect(snapshot(test.results)).to.deep.equal(before);
  };

  describe('by paths', () => {
    const up = ['..', '%2e%2e', '%252e%252e', '%c0%ae%c0%ae', '..%00', '..;', '.%2e', '%u002e%u002e', '..%5c', '..\\'];
    const slashes = ['/', '%2f', '%252f', '%5c', '\\', '%c0%af', '//'];
    const places = ['/', '/api/', '/api/run/results/', '/api/code/results/digits/1?path=', '/assets/'];

    it('read nothing outside of the results folder, in any encoding', async () => {
      const url = await start();
      for (const place of places) {
        for (const part of up) {
          for (const slash of slashes) {
            for (const target of ['secret.txt', 'etc/passwd']) {
              const path = `${place}${`${part}${slash}`.repeat(6)}${target}`;
              const { status, body } = await rawGet(url, path.replaceAll(' ', '%20'));
              expect(body, path).not.to.include(secret).and.not.to.include('root:');
              expect(status, path).to.be.greaterThan(0);
              expect(body, path).not.to.include('INTERNAL');
            }
          }
        }
      }
      for (const path of [
        '/etc/passwd',
        '//etc/passwd',
        'http://127.0.0.1/etc/passwd',
        '/%00',
        '/%',
        '/%ff',
        '*',
        '',
      ]) {
        const { status, body } = await rawGet(url, path);
        expect(body, path).not.to.include('root:');
        expect(status, path).to.be.lessThan(500);
      }
      await expectUnharmed(url);
    }).timeout(60_000);

    it('as ids of runs: only known runs have one', async () => {
      const url = await start();
      const ids = [
        'results/../digits/1',
        'results/digits/1/..',
        '../results/digits/1',
        '/etc/passwd',
        'results/digits/01',
      ];
      const more = [
        'results/digits/1.0',
        'results/digits/+1',
        'results/./1',
        'results/__proto__/1',
        '__proto__/a/1',
        '',
      ];
      const runs = [...ids, ...more, 'results\\digits\\1', 'results/digits/1\0', `${'a'.repeat(1e4)}`];
      const answer = await postJson(url, '/api/curves', { ...curves, runs, metrics: ['train.loss'] });
      const text = await answer.text();
      expect(answer.status, text).to.equal(200);
      for (const id of ids) expect(text).to.include(JSON.stringify(`There is no run ${JSON.stringify(id)}.`));
      expect(text).not.to.include('"last"');
      const { body } = await rawGet(url, `/api/sparklines?metric=train.loss&runs=${encodeURIComponent(ids.join(','))}`);
      expect(JSON.parse(body).lines).to.deep.equal(ids.map(() => null));
      await expectUnharmed(url);
    });
  });

  describe('by other sites', () => {
    it('with another name of this machine, as after DNS rebinding', async () => {
      const url = await start();
      const { host, port } = new URL(url);
      const hosts = ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', 'localhost.evil.example', ''];
      for (const name of [...hosts, '127.0.0.1@evil.example', '0.0.0.0', '192.168.1.7', 'local host', `${host},evil`]) {
        for (const path of ['/', '/api/runs', '/api/events?table=1', '/assets/x']) {
          const { status, body } = await rawGet(url, path, { host: name });
          expect(status, `${name} ${path}`).to.be.oneOf([400, 403]);
          expect(body).not.to.include('digits');
        }
      }
      expect((await raw(url, 'GET /api/runs HTTP/1.0\r\n\r\n')).status).to.be.oneOf([400, 403]);
      const twice = `GET /api/runs HTTP/1.1\r\nhost: ${host}\r\nhost: evil.example\r\n\r\n`;
      expect((await raw(url, twice)).status).to.be.oneOf([200, 400, 403]);
      const absolute = await rawGet(url, 'http://evil.example/api/runs');
      expect(absolute.status).to.be.oneOf([400, 403]);
      for (const name of ['localhost', `localhost:${port}`, '127.0.0.1', '[::1]:1', 'LOCALHOST:8000']) {
        expect((await rawGet(url, '/api/runs', { host: name })).status, name).to.equal(200);
      }
      await expectUnharmed(url);
    });

    it('with a foreign origin, or as the browser says that they are', async () => {
      const url = await start({ allowEdit: true });
      const { host } = new URL(url);
      const origins = [
        'http://evil.example',
        'null',
        'http://localhost:1',
        `http://${host}.evil.example`,
        'file://',
        '',
      ];
      for (const origin of origins) {
        expect((await rawGet(url, '/api/runs', { origin })).status, origin).to.equal(403);
      }
      for (const site of ['cross-site', 'same-site', 'anything']) {
        expect((await rawGet(url, '/api/runs', { 'sec-fetch-site': site })).status, site).to.equal(403);
      }
      for (const headers of [{ origin: `http://${host}` }, { 'sec-fetch-site': 'same-origin' }, {}]) {
        const answer = await rawGet(url, '/api/runs', headers as Record<string, string>);
        expect(answer.status).to.equal(200);
        expect(answer.head.toLowerCase()).not.to.include('access-control-allow-origin');
      }
      const body = JSON.stringify({ runs: ['results/digits/1'] });
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data',
        'application/jsonp',
      ]) {
        const head = `POST /api/trash HTTP/1.1\r\nhost: ${host}\r\ncontent-type: ${type}\r\nconnection: close`;
        expect((await raw(url, `${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`)).status, type).to.equal(415);
      }
      await expectUnharmed(url);
    });

    it('with other methods', async () => {
      const url = await start();
      for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE', 'CONNECT', 'PROPFIND']) {
        for (const path of ['/', '/api/runs', '/api/trash']) {
          const request = `${method} ${path} HTTP/1.1\r\nhost: ${new URL(url).host}\r\nconnection: close\r\n\r\n`;
          expect((await raw(url, request)).status, `${method} ${path}`).to.be.oneOf([0, 400, 405]);
        }
      }
      expect((await postJson(url, '/', {})).status).to.equal(405);
      expect((await postJson(url, '/api/runs', {})).status).to.equal(404);
      expect((await rawGet(url, '/api/trash')).status).to.equal(404);
      await expectUnharmed(url);
    });
  });

  describe('by a results folder', () => {
    it('with links out of it: what they lead to is not shown', async () => {
      test.writeRun(1);
      test.writeRun(2);
      test.writeRun(3);
      const other = join(test.folder, 'other', 'private');
      mkdirSync(join(other, '1'), { recursive: true });
      const run = test.writeRun(9, { experiment: 'digits', reason: secret });
      for (const name of ['run.json', 'flags.json', 'metrics.jsonl']) linkSync(join(run, name), join(other, '1', name));
      rmSync(run, { recursive: true });
      symlinkSync(other, join(test.results, 'linked'));
      symlinkSync(join(other, '1'), join(test.results, 'digits', '9'));
      symlinkSync('/', join(test.results, 'root'));
      symlinkSync('loop', join(test.results, 'loop'));
      const digits = join(test.results, 'digits');
      for (const [number, name] of [
        ['2', 'run.json'],
        ['1', 'flags.json'],
        ['3', 'metrics.jsonl'],
      ] as const) {
        rmSync(join(digits, number, name));
        symlinkSync(join(other, '1', name), join(digits, number, name));
      }
      symlinkSync(join(test.folder, 'secret.txt'), join(digits, '1', 'annotations.json'));
      symlinkSync(join(test.folder, 'secret.txt'), join(digits, '1', 'console.log'));
      mkdirSync(join(digits, '2', 'checkpoints'));
      const url = await start();
      expect((await rawGet(url, '/api/runs')).body).not.to.include(secret);
      const { rows, total } = JSON.parse((await rawGet(url, '/api/runs')).body);
      expect(total).to.equal(3);
      expect(rows.find(({ label }: { label: string }) => label === 'digits/2').status).to.equal('damaged');
      for (const id of ['results/linked/1', 'results/digits/9', 'results/digits/3']) {
        const answer = await postJson(url, '/api/curves', { ...curves, runs: [id], metrics: ['train.loss'] });
        const text = await answer.text();
        expect(text, id).to.include('"failed":[{');
        expect(text, id).not.to.include('"last"');
      }
      const events = await raw(
        url,
        `GET /api/events?runs=results/digits/3&cursor=0&log=results/digits/1&logFrom=0 HTTP/1.1\r\nhost: localhost\r\n\r\n`,
        3_000,
      );
      expect(events.body).to.include('event: status').and.not.to.include(secret).and.not.to.include('event: metrics');
      await expectUnharmed(url);
    }).timeout(20_000);

    it('with files that are links out of a run: no view shows what they lead to', async () => {
      const other = join(test.folder, 'other');
      renameSync(test.writeRun(50, { reason: secret, flags: { hidden: secret } }), other);
      const code = { formatVersion: 2, files: [{ path: secret, bytes: 1, checksum: '0'.repeat(64) }] };
      writeFileSync(join(other, 'code.json'), JSON.stringify(code));
      for (const name of ['code', 'checkpoints/12', 'media/1', 'preprocessing']) {
        mkdirSync(join(other, name), { recursive: true });
      }
      const files = ['git.diff', 'console.log', 'media.jsonl', 'annotations.json', 'code/a', 'media/1/valid.a.txt'];
      for (const name of files) writeFileSync(join(other, name), secret);
      const names = ['run.json', 'flags.json', 'code.json', 'metrics.jsonl', 'code', 'code.1', 'checkpoints', 'media'];
      const links = [...names, 'preprocessing', ...files.filter((name) => !name.includes('/'))];
      for (const [at, name] of links.entries()) {
        const path = join(test.writeRun(at + 2), name);
        rmSync(path, { force: true });
        symlinkSync(join(other, name.replace('.1', '')), path);
      }
      const url = await start();
      test.writeRun(1, { code: 'in-memory' });
      before = snapshot(test.results);
      for (const [at, name] of links.entries()) {
        const id = `results/digits/${at + 2}`;
        const answers = [
          ...['run', 'code', 'diff', 'log', 'media'].map((view) => rawGet(url, `/api/${view}/${id}?path=a&from=0`)),
          ...['file', 'text'].map((kind) => rawGet(url, `/api/media-${kind}/${id}?file=media/1/valid.a.txt`)),
          rawGet(url, `/api/code-diff?a=results/digits/1&b=${id}`),
          postJson(url, '/api/compare', { runs: [id] }).then(async (answer) => ({
            status: answer.status,
            body: await answer.text(),
          })),
          postJson(url, '/api/importance', { runs: [id], metric: 'train.loss' }).then(async (answer) => ({
            status: answer.status,
            body: await answer.text(),
          })),
        ];
        for (const { status, body } of await Promise.all(answers)) {
          expect([status, JSON.parse(body).code], `${name}: ${body.slice(0, 300)}`).to.deep.equal([403, 'PATH_UNSAFE']);
          expect(body).not.to.include(secret);
        }
      }
      const both = await postJson(url, '/api/compare', { runs: ['results/digits/1', 'results/digits/2'] });
      const { runs, failed } = (await both.json()) as { runs: object[]; failed: { run: string }[] };
      expect([runs.length, failed.map(({ run }) => run)]).to.deep.equal([1, ['results/digits/2']]);
      await expectUnharmed(url);
    }).timeout(30_000);

    it('with flags that are a link, in the index of a list that followed it', async () => {
      const other = join(test.folder, 'other');
      renameSync(test.writeRun(999, { flags: { hidden: secret } }), other);
      for (let number = 1; number <= 600; number++) {
        const flags = join(test.writeRun(number), 'flags.json');
        if (number < 2) continue;
        rmSync(flags);
        symlinkSync(join(other, 'flags.json'), flags);
      }
      // Files that have just changed are not indexed.
      await delay(2_200);
      const listed = await selectRuns(test.results, { whole: true });
      expect(listed.runs.filter((run) => run.get('flags.hidden') === secret)).to.have.length(599);
      const { url } = await test.start();
      expect((await rawGet(url, '/api/runs?columns=flags.hidden')).body).not.to.include(secret);
    }).timeout(20_000);

    it('with sweeps behind links out of it, and one folder that cannot be listed', async () => {
      const url = await start({ folders: [test.results, join(test.folder, 'more')] });
      const other = join(test.folder, 'other', 'private');
      for (const folder of [other, join(test.results, 'own'), join(test.results, 'file')]) {
        mkdirSync(folder, { recursive: true });
      }
      for (const folder of [other, join(test.results, 'own')]) writeFileSync(join(folder, 'sweep.json'), '{}');
      symlinkSync(other, join(test.results, 'linked'));
      symlinkSync(join(other, 'sweep.json'), join(test.results, 'file', 'sweep.json'));
      symlinkSync('more', join(test.folder, 'more'));
      before = snapshot(test.results);
      const { status, body } = await rawGet(url, '/api/sweeps');
      expect(status, body).to.equal(200);
      expect(JSON.parse(body).sweeps.map(({ id }: { id: string }) => id)).to.deep.equal(['results/own']);
      for (const name of ['linked', 'file']) {
        expect((await rawGet(url, `/api/sweep/results/${name}`)).status, name).to.equal(404);
      }
      await expectUnharmed(url);
    });

    it('that is made later, in a folder that is a link: its runs are in it', async () => {
      const target = join(test.folder, 'disk');
      mkdirSync(target);
      symlinkSync(target, join(test.folder, 'link'));
      const { url } = await test.start({ folders: [join(test.folder, 'link', 'results')] });
      test.writeRun(1);
      renameSync(test.results, join(target, 'results'));
      await delay(1_100);
      expect(JSON.parse((await rawGet(url, '/api/runs')).body).total).to.equal(1);
      expect((await rawGet(url, '/api/run/results/digits/1')).status).to.equal(200);
    });

    it('with a run that becomes a link while it is shown', async () => {
      const run = test.writeRun(2);
      const url = await start();
      rmSync(run, { recursive: true });
      symlinkSync('/', run);
      before = snapshot(test.results);
      const answer = await postJson(url, '/api/curves', {
        ...curves,
        runs: ['results/digits/2'],
        metrics: ['train.loss'],
      });
      expect(await answer.text()).to.include('There is no run');
      await expectUnharmed(url);
    });

    it('with pipes and folders instead of files: nothing waits for them', async function () {
      if (process.platform === 'win32') this.skip(); // Windows has no named pipes in folders.
      for (const [number, name] of [
        [2, 'run.json'],
        [3, 'metrics.jsonl'],
        [4, 'flags.json'],
        [5, 'annotations.json'],
        [6, 'console.log'],
      ] as const) {
        const file = join(test.writeRun(number), name);
        rmSync(file, { force: true });
        execFileSync('mkfifo', [file]);
      }
      const folder = test.writeRun(7);
      rmSync(join(folder, 'metrics.jsonl'));
      mkdirSync(join(folder, 'metrics.jsonl'));
      test.writeRun(1);
      before = snapshot(test.results);
      const { url } = await test.start();
      const runs = [1, 2, 3, 4, 5, 6, 7].map((number) => `results/digits/${number}`);
      const answer = await postJson(url, '/api/curves', { ...curves, runs, metrics: ['train.loss'] });
      expect(await answer.text()).to.include('"failed":[{');
      const list = runs.join(',');
      expect((await rawGet(url, `/api/sparklines?metric=train.loss&runs=${list}`)).status).to.equal(200);
      const events = `GET /api/events?runs=${list}&log=results/digits/6&logFrom=0 HTTP/1.1\r\nhost: localhost\r\n\r\n`;
      expect((await raw(url, events, 2_500)).body).to.include('event: metrics');
      await expectUnharmed(url);
    }).timeout(20_000);

    it('with script in every text: it comes as JSON that no browser runs', async () => {
      const script = '<script>alert(1)</script><img src=x onerror=alert(1)>\u2028"\'`';
      const folder = test.writeRun(2, { reason: script, flags: { [script]: script, hidden: script } });
      writeFileSync(
        join(folder, 'annotations.json'),
        JSON.stringify({ formatVersion: 2, tags: [script], note: script, name: script }),
      );
      const values = { [script]: 1, __proto__: 2 };
      writeFileSync(
        join(folder, 'metrics.jsonl'),
        `${JSON.stringify({ step: 1, epoch: 0, time: 1, split: script, values })}\n`,
      );
      const url = await start();
      const paths = ['/api/runs', '/api/overview', `/api/runs?where=${encodeURIComponent(script)}`];
      for (const path of [...paths, `/api/${script.replaceAll(' ', '+').replaceAll('\u2028', '')}`]) {
        const { head } = await rawGet(url, path);
        expect(head.toLowerCase(), path).to.include('content-type: application/json');
        expect(head.toLowerCase()).to.include('x-content-type-options: nosniff');
        expect(head).to.include("default-src 'none'; script-src 'self'");
      }
      const { rows } = JSON.parse(Buffer.from((await rawGet(url, '/api/runs')).body, 'latin1').toString('utf8'));
      const row = rows.find(({ label }: { label: string }) => label === 'digits/2');
      expect(row).to.include({ note: script, name: script, reason: script });
      await expectUnharmed(url);
    });
  });

  describe('by size', () => {
    it('of URLs, headers, bodies and expressions', async () => {
      const url = await start();
      const { host } = new URL(url);
      const long = 'a'.repeat(20_000);
      expect((await rawGet(url, `/api/runs?where=${long}`)).status).to.equal(414);
      expect((await rawGet(url, `/${'a'.repeat(100_000)}`)).status).to.equal(431);
      expect((await rawGet(url, '/api/runs', { 'x-long': 'a'.repeat(100_000) })).status).to.equal(431);
      for (const where of [
        '('.repeat(5_000),
        'not '.repeat(2_500),
        'a = 1 or '.repeat(1_000),
        `flags.hidden = ${long.slice(0, 9_000)}`,
      ]) {
        const { status, body } = await rawGet(url, `/api/runs?where=${encodeURIComponent(where)}`);
        expect(status, where.slice(0, 20)).to.be.oneOf([200, 400, 414]);
        expect(body).not.to.include('at ');
      }
      for (const query of ['sort=nothing', 'columns=nothing', 'where=flags.hiden=1']) {
        const { status, body } = await rawGet(url, `/api/runs?${query}`);
        expect(status, query).to.equal(200);
        expect(JSON.parse(body).problem.message, query).to.be.a('string');
      }
      for (const query of ['offset=-1', 'offset=1e9', 'limit=x', 'group=all']) {
        const { status, body } = await rawGet(url, `/api/runs?${query}`);
        expect(status, query).to.equal(400);
        expect(JSON.parse(body).message, query).to.be.a('string');
      }
      const large = 'a'.repeat(100_000);
      expect((await postJson(url, '/api/curves', { runs: [large] })).status).to.equal(413);
      const chunked = `POST /api/curves HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`;
      const chunk = `ffff\r\n${'a'.repeat(0xffff)}\r\n`;
      expect((await raw(url, chunked + chunk + chunk + chunk)).status).to.equal(413);
      const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
      for (const body of [deep, '{', 'null', '[]', '"a"', '{"runs":{},"metrics":[]}']) {
        const head = `POST /api/curves HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nconnection: close`;
        const { status } = await raw(url, `${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
        expect(status, body.slice(0, 20)).to.equal(400);
      }
      const many = Array.from({ length: 501 }, (_, at) => `results/digits/${at}`);
      expect((await postJson(url, '/api/curves', { ...curves, runs: many, metrics: ['a'] })).status).to.equal(413);
      expect((await postJson(url, '/api/curves', { ...curves, runs: [], metrics: [], width: 1e9 })).status).to.equal(
        400,
      );
      await expectUnharmed(url);
    }).timeout(20_000);

    it('of the time that a regular expression takes', async () => {
      test.writeRun(2, { reason: 'a'.repeat(60) });
      const url = await start();
      const { status, body } = await rawGet(
        url,
        `/api/runs?where=${encodeURIComponent('reason ~ /^(a+)+$b/')}`,
        {},
        8_000,
      );
      expect(status).to.equal(400);
      expect(JSON.parse(body)).to.include({ code: 'TOO_SLOW' });
      await expectUnharmed(url);
    }).timeout(10_000);
  });

  describe('by connections', () => {
    it('that are many, and slow', async () => {
      const url = await start();
      const { port, host } = new URL(url);
      const sockets = Array.from({ length: 1_000 }, (_, at) => {
        const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
        if (at % 3 === 1) socket.write(`GET /api/runs HTTP/1.1\r\nhost: ${host}\r\nx-slow`);
        if (at % 3 === 2) socket.write(`POST /api/curves HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 100\r\n\r\n{`);
        return socket;
      });
      await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
      await expectUnharmed(url);
      for (const socket of sockets) socket.destroy();
      await delay(100);
      await expectUnharmed(url);
    }).timeout(30_000);

    it('that send many requests at once, half a request, or no HTTP', async () => {
      const url = await start();
      const { host } = new URL(url);
      const one = `GET /api/overview HTTP/1.1\r\nhost: ${host}\r\n\r\n`;
      const answers = await raw(url, one.repeat(50), 1_000);
      expect(`${answers.head}\r\n\r\n${answers.body}`.match(/HTTP\/1\.1 200/g)).to.have.length(50);
      for (const text of [
        '\x16\x03\x01\x02\x00',
        '\r\n\r\n',
        'GET',
        'A'.repeat(40_000),
        `${one.slice(0, -2)}content-length: -1\r\n\r\n`,
      ]) {
        expect((await raw(url, text)).status).to.be.oneOf([0, 400, 431]);
      }
      const smuggled = `POST /api/curves HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${one}`;
      expect((await raw(url, smuggled)).status).to.equal(400);
      await expectUnharmed(url);
    });
  });
});
