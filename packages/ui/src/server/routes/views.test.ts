import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { changeRun, trainToy, useFolder } from '../../views/trained-run.test.support.js';
import { type RunningServer, startServer } from '../start-server.js';

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

describe('routes of views', () => {
  const folder = useFolder();
  let server: RunningServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });
  const ask = async (path: string, init: RequestInit = {}) => {
    server ??= await startServer({ folders: [join(folder(), 'results')], port: 0 });
    return fetch(new URL(path, server.url), init);
  };
  const post = (path: string, body: unknown) =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it('answer with JSON that no browser takes for something else', async () => {
    await trainToy(folder(), ['--steps', '1']);
    for (const path of ['/api/run/results/toy/1', '/api/media/results/toy/1', '/api/log/results/toy/1?from=-10']) {
      const response = await ask(path);
      expect(response.status, path).to.equal(200);
      expect(response.headers.get('content-type')).to.equal('application/json; charset=utf-8');
      expect(response.headers.get('x-content-type-options')).to.equal('nosniff');
    }
    expect((await post('/api/compare', { runs: ['results/toy/1'] })).status).to.equal(200);
    const importance = await post('/api/importance', { runs: ['results/toy/1'], metric: 'valid.loss' });
    expect(await importance.json()).to.include({ metric: 'valid.loss' });
  });

  it('serve an image as one, in a sandbox', async () => {
    const run = await trainToy(folder(), ['--steps', '1']);
    await changeRun(run, { 'media/1/valid.a.png': '' });
    await writeFile(join(run.folder.path, 'media/1/valid.a.png'), png);
    const response = await ask('/api/media-file/results/toy/1?file=media/1/valid.a.png');
    expect(Buffer.from(await response.arrayBuffer())).to.deep.equal(png);
    expect(response.headers.get('content-type')).to.equal('image/png');
    expect(response.headers.get('content-security-policy')).to.equal("sandbox; default-src 'none'");
  });

  it('serve no file by a path of the request', async () => {
    await trainToy(folder(), ['--steps', '1']);
    for (const path of [
      ...['/api/run/results/../results', '/api/run/results/..%2f..%2fetc/1', '/api/run/results/toy/..%2f1'],
      ...['/api/run/results/toy/01', '/api/run/results/toy/1%00', '/api/run/results/%2e%2e/1', '/api/run/other/toy/1'],
      ...['/api/code/results/toy/1?path=../run.json', '/api/code/results/toy/1?number=9&path=model.ts'],
      ...['/api/sweep/results/toy', '/api/sweep/results/..', '/api/code-diff?a=results/toy/1&b=../../etc'],
    ]) {
      const response = await ask(path);
      expect(response.status, path).to.equal(404);
    }
    const media = await ask('/api/media-file/results/toy/1?file=../../../package.json');
    expect([media.status, ((await media.json()) as { code: string }).code]).to.deep.equal([403, 'PATH_UNSAFE']);
  });

  it('refuse a body that asks for nothing they have', async () => {
    const many = Array.from({ length: 1_001 }, (_, at) => `results/toy/${at}`);
    for (const body of ['', '[]', 'null', {}, { runs: 'all' }, { runs: [1] }, { runs: many }]) {
      expect((await post('/api/compare', body)).status, JSON.stringify(body).slice(0, 40)).to.equal(400);
    }
    expect((await post('/api/importance', { runs: [], metric: 3 })).status).to.equal(400);
    expect((await ask('/api/log/results/toy/1?from=1e3')).status).to.equal(404);
  });
});
