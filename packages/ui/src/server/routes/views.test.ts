import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ComparisonView } from '../../protocol/comparison.js';
import { postJson, rawGet, TestServer } from '../server.test.support.js';

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

describe('routes of views', () => {
  const test = new TestServer();

  it('answer with JSON that no browser takes for something else', async () => {
    test.writeRun(1);
    const { url } = await test.start();
    for (const path of [
      'api/run/results/digits/1',
      'api/media/results/digits/1',
      'api/log/results/digits/1?from=-10',
    ]) {
      const response = await fetch(url + path);
      expect(response.status, path).to.equal(200);
      expect(response.headers.get('content-type')).to.equal('application/json; charset=utf-8');
      expect(response.headers.get('x-content-type-options')).to.equal('nosniff');
    }
    expect((await postJson(url, 'api/compare', { runs: ['results/digits/1'] })).status).to.equal(200);
    const importance = await postJson(url, 'api/importance', { runs: ['results/digits/1'], metric: 'train.loss' });
    expect(await importance.json()).to.include({ metric: 'train.loss' });
  });

  it('list a run that was removed beside those that are compared', async () => {
    test.writeRun(1, { code: 'in-memory' });
    const { url } = await test.start();
    const runs = ['results/digits/1', 'results/digits/7'];
    const response = await postJson(url, 'api/compare', { runs });
    const view = (await response.json()) as ComparisonView;
    expect(view.runs.map(({ id }) => id)).to.deep.equal(['results/digits/1']);
    expect(view.failed).to.deep.equal([{ run: 'results/digits/7', message: 'There is no run "results/digits/7".' }]);
    expect((await postJson(url, 'api/importance', { runs, metric: 'train.loss' })).status).to.equal(200);
    expect((await postJson(url, 'api/compare', { runs: runs.slice(1) })).status).to.equal(404);
  });

  it('serve an image as one, in a sandbox', async () => {
    const folder = join(test.writeRun(1), 'media/1');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'valid.a.png'), png);
    const { url } = await test.start();
    const response = await fetch(`${url}api/media-file/results/digits/1?file=media/1/valid.a.png`);
    expect(Buffer.from(await response.arrayBuffer())).to.deep.equal(png);
    expect(response.headers.get('content-type')).to.equal('image/png');
    expect(response.headers.get('content-security-policy')).to.equal("sandbox; default-src 'none'");
    expect(response.headers.get('x-content-type-options')).to.equal('nosniff');
  });

  it('serve no file by a path of the request', async () => {
    test.writeRun(1);
    const { url } = await test.start();
    for (const path of [
      ...['/api/run/results/../results/digits', '/api/run/results/..%2f..%2fetc/1', '/api/run/results/digits/..%2f1'],
      ...['/api/run/results/digits/01', '/api/run/results/digits/1%00', '/api/run/results/%2e%2e/1'],
      ...['/api/run/other/digits/1', '/api/run/results/%252e%252e/1', '/api/run/results/digits/1/../../../etc'],
      ...['/api/sweep/results/digits', '/api/sweep/results/..', '/api/sweep/results/%2e%2e%2fresults'],
      '/api/code-diff?a=results/digits/1&b=../../etc',
    ]) {
      expect((await rawGet(url, path)).status, path).to.equal(404);
    }
    for (const file of ['../../../package.json', '../run.json', '/etc/passwd', 'media/1/../../run.json']) {
      const answer = await rawGet(url, `/api/media-file/results/digits/1?file=${encodeURIComponent(file)}`);
      expect([answer.status, JSON.parse(answer.body).code], file).to.deep.equal([403, 'PATH_UNSAFE']);
    }
  });

  it('refuse a body that asks for nothing they have', async () => {
    test.writeRun(1);
    const { url } = await test.start();
    const many = Array.from({ length: 1_001 }, (_, at) => `results/digits/${at}`);
    for (const body of [[], null, 3, {}, { runs: 'all' }, { runs: [1] }, { runs: many }]) {
      expect((await postJson(url, 'api/compare', body)).status, JSON.stringify(body).slice(0, 80)).to.equal(400);
    }
    expect((await postJson(url, 'api/compare', { runs: ['x'.repeat(70_000)] })).status).to.equal(413);
    expect((await postJson(url, 'api/compare', { runs: ['results/../etc'] })).status).to.equal(404);
    expect((await postJson(url, 'api/importance', { runs: [], metric: 3 })).status).to.equal(400);
    expect((await fetch(`${url}api/log/results/digits/1?from=1e3`)).status).to.equal(400);
  });
});
