import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Answer, postJson, rawGet, snapshot, TestServer } from '../server.test.support.js';

describe('who may use the server', () => {
  const test = new TestServer();
  const cookieOf = ({ head }: Answer) => /^set-cookie: ([^;]+)/im.exec(head)?.[1] ?? '';

  it('on this machine: everyone, without a token', async () => {
    test.writeRun(1);
    const { url } = await test.start();
    expect(url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect((await rawGet(url, '/api/runs')).status).to.equal(200);
  });

  it('with --host: who has the token, which then is in a cookie and in no URL', async () => {
    test.writeRun(1);
    const { url } = await test.start({ host: '0.0.0.0' });
    const { port, searchParams } = new URL(url);
    const token = searchParams.get('token')!;
    expect(Buffer.from(token, 'base64url')).to.have.length(24);
    const at = `http://127.0.0.1:${port}/`;
    const guesses = ['', token.slice(1), `${token}a`, token.toUpperCase(), '0'.repeat(32), `${token}%00`];
    for (const path of ['/', '/api/overview', '/api/runs', '/api/events?table=1', '/assets/a.js', '/icon.svg']) {
      const { status, body } = await rawGet(at, path);
      expect(status, path).to.equal(401);
      const isApi = path.startsWith('/api/');
      expect(body, path)
        .to.include(isApi ? 'NO_TOKEN' : '<code>forge ui</code>')
        .and.not.to.include('digits');
      expect(body).not.to.match(/<script|<style|style=/);
    }
    for (const guess of guesses) {
      expect((await rawGet(at, `/?token=${guess}`)).status, guess).to.equal(401);
      expect((await rawGet(at, '/', { cookie: `forge-ui-${port}=${guess}` })).status, guess).to.equal(401);
    }
    expect((await rawGet(at, '/', { cookie: `forge-ui-${port}=${token}` })).status).to.equal(401);
    expect((await rawGet(at, '/', { authorization: `Bearer ${token}` })).status).to.equal(401);
    const first = await rawGet(at, `/run/results/digits/1?axis=time&token=${token}`);
    expect(first.status).to.equal(303);
    expect(first.head).to.match(/^location: \/run\/results\/digits\/1\?axis=time$/im);
    expect(first.head)
      .to.match(/^set-cookie: .*HttpOnly/im)
      .and.to.match(/^set-cookie: .*SameSite=Lax/im);
    expect(first.head.replace(/^location.*/im, '')).not.to.include(token);
    const cookie = cookieOf(first);
    expect(cookie).not.to.include(token);
    expect((await rawGet(at, '/api/runs', { cookie })).status).to.equal(200);
    expect((await rawGet(at, '/', { cookie: `other=1; ${cookie}` })).status).to.equal(200);
    const elsewhere = await rawGet(at, `//evil.example/?token=${token}`);
    expect(elsewhere.head).to.match(/^location: \/evil\.example\//im);
    const address = Object.values(networkInterfaces())
      .flat()
      .find((found) => found?.family === 'IPv4' && !found.internal)?.address;
    if (address !== undefined) {
      expect((await rawGet(at, '/api/runs', { cookie, host: `${address}:${port}` })).status).to.equal(200);
    }
    expect((await rawGet(at, '/api/runs', { cookie, host: 'evil.example' })).status).to.equal(403);
  });

  it('with --host in any form: the URL is the one that browsers use', async () => {
    for (const host of ['', ' ', 'a b', 'a/b', 'a:80', 'user@a', '[::1', '1.2.3.999']) {
      const failure = await test.start({ host }).catch((error: unknown) => error);
      expect(failure, host).to.include({ code: 'FLAG_INVALID', about: 'host' });
    }
    const all = new URL((await test.start({ host: '0' })).url);
    expect(all.searchParams.get('token')).to.be.a('string');
    expect(all.hostname).to.equal(hostname().toLowerCase());
    const local = new URL((await test.start({ host: 'LOCALHOST' })).url);
    expect([local.hostname, local.search]).to.deep.equal(['localhost', '']);
    expect((await test.start({ host: '127.1' })).url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const addresses = Object.values(networkInterfaces()).flat();
    if (!addresses.some((found) => found?.address === '::1')) return;
    for (const host of ['0:0:0:0:0:0:0:1', '[::1]']) {
      const { url } = await test.start({ host });
      expect(url).to.match(/^http:\/\/\[::1\]:\d+\/$/);
      expect((await fetch(`${url}api/runs`)).status).to.equal(200);
    }
  });

  it('does not listen on other addresses without --host', async () => {
    const { url } = await test.start();
    const address = Object.values(networkInterfaces())
      .flat()
      .find((found) => found?.family === 'IPv4' && !found.internal)?.address;
    if (address === undefined) return;
    const failure = await fetch(`http://${address}:${new URL(url).port}/`).catch((error: Error) => error);
    expect(failure).to.be.instanceOf(Error);
  });

  it('and change nothing without --allow-edit', async () => {
    test.writeRun(1);
    const { url } = await test.start();
    const before = snapshot(test.results);
    for (const [path, body] of [
      ['/api/annotate', { run: 'results/digits/1', note: 'a' }],
      ['/api/trash', { runs: ['results/digits/1'] }],
    ] as const) {
      const answer = await postJson(url, path, body);
      expect(answer.status).to.equal(403);
      expect(await answer.json()).to.deep.equal({
        code: 'READ_ONLY',
        message: 'The dashboard is read-only.',
        hint: 'Start it with forge ui --allow-edit.',
      });
    }
    expect(snapshot(test.results)).to.deep.equal(before);
  });

  it('and with it, tags, notes, names and the trash', async () => {
    const run = test.writeRun(1);
    test.writeRun(2, { status: 'running', ended: null });
    const { url } = await test.start({ allowEdit: true });
    const id = 'results/digits/1';
    const annotate = (change: object) => postJson(url, '/api/annotate', { run: id, ...change });
    expect(await (await annotate({ tags: ['paper', 'best'], note: ' A note.\n' })).json()).to.deep.equal({
      tags: ['paper', 'best'],
      note: 'A note.',
      name: '',
    });
    expect(await (await annotate({ name: 'Wide', tags: ['best'] })).json()).to.include({
      name: 'Wide',
      note: 'A note.',
    });
    expect(JSON.parse(readFileSync(join(run, 'annotations.json'), 'utf8')).tags).to.deep.equal(['best']);
    const { rows } = (await (await fetch(`${url}api/runs?where=${encodeURIComponent('tag = best')}`)).json()) as {
      rows: { name: string }[];
    };
    expect(
      rows.map(({ name }) => name),
      'the table has it at once',
    ).to.deep.equal(['Wide']);
    for (const change of [
      { tags: ['a b'] },
      { name: 'a\u0007' },
      { note: 1 },
      { tags: 'a' },
      { step: 3 },
      { run: 1 },
    ]) {
      expect((await annotate(change)).status, JSON.stringify(change)).to.equal(400);
    }
    const removed = await postJson(url, '/api/trash', { runs: [id, 'results/digits/9', '../1'] });
    const answer = (await removed.json()) as { removed: string[]; failed: { run: string; message: string }[] };
    expect(answer.removed).to.deep.equal([id]);
    expect(answer.failed.map(({ run }) => run)).to.deep.equal(['results/digits/9', '../1']);
    expect(existsSync(run)).to.equal(false);
    expect(readdirSync(test.results)).to.include('.trash');
    const { total } = (await (await fetch(`${url}api/runs`)).json()) as { total: number };
    expect(total).to.equal(1);
  });
});
