import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ForgeLibrary } from '@forge-ml/core';
import { expect } from 'chai';
import { startForge } from '../cli/forge-process.js';
import { examplePath } from './load-example.js';
import { inTemporaryFolder } from './temporary-folder.js';
import { trainExample } from './train-example.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

type Post = (body: string, type?: string) => Promise<Response>;

/** Runs an example's server on a run while a test sends requests to one of its paths. */
async function withServer(script: string, path: string, run: string, test: (post: Post) => Promise<void>) {
  const port = String(await freePort());
  const jiti = resolve(root, 'node_modules/jiti/lib/jiti-cli.mjs');
  const args = [jiti, examplePath(script), run, port];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const post: Post = (body, type = 'application/json') => {
    return fetch(`http://localhost:${port}${path}`, { method: 'POST', body, headers: { 'content-type': type } });
  };
  try {
    while (!(await post('[]').catch(() => undefined))?.ok) {
      expect(child.exitCode).to.equal(null);
      await delay(50);
    }
    await test(post);
    expect(child.exitCode).to.equal(null);
  } finally {
    child.kill();
  }
}

describe('examples: serve', function () {
  this.timeout(120_000);

  it('answers rows with predictions, wrong requests with what is wrong, and several at once', () =>
    inTemporaryFolder(async (folder) => {
      await trainExample('tabular', 'tfjs', folder, '--epochs', '1');
      const rows = [
        { district: 'Harbor', built: 1998, area: 120 },
        { area: 65, built: null, district: 'Nowhere' },
      ];
      await withServer('serve/server.ts', '/', join(folder, 'tabular/1'), async (post) => {
        const response = await post(JSON.stringify(rows));
        expect([response.status, response.headers.get('content-type')]).to.deep.equal([200, 'application/json']);
        const predictions = (await response.json()) as Record<string, number>[];
        expect(predictions.map((row) => Object.keys(row))).to.deep.equal([
          ['low', 'mid', 'high'],
          ['low', 'mid', 'high'],
        ]);

        for (const [body, message, hint] of [
          ['[{"area": 65, "built": 1990, "distrikt": "Hills"}]', 'Row 1 has no column "district".', 'Did you mean'],
          ['[{"area": "big", "built": 1990, "district": "Hills"}]', 'Column "area" of row 1 is the text "big"', ''],
          ['{"area": 65}', 'predictRows takes a list of rows', 'predictRows(['],
          ['[{"area": 65', 'predictRows takes a list of rows', 'predictRows(['],
          [`"${'x'.repeat(1_000_001)}"`, 'POST at most 1 MB.', ''],
        ] as const) {
          const refused = await post(body);
          expect(refused.status).to.equal(400);
          const error = (await refused.json()) as { message: string; hint?: string };
          expect(error.message).to.include(message);
          expect(error.hint ?? '').to.include(hint);
        }

        const answers = await Promise.all(
          Array.from({ length: 20 }, async (_, index) => (await post(JSON.stringify([rows[index % 2]]))).json()),
        );
        for (const [index, answer] of answers.entries()) {
          const [{ mid }] = answer as [{ mid: number }];
          expect(mid).to.be.closeTo(predictions[index % 2]!.mid!, 1e-3 * mid);
        }
      });
    }));

  it('does so with Fastify', () =>
    inTemporaryFolder(async (folder) => {
      await trainExample('tabular', 'onnx', folder, '--epochs', '1');
      await withServer('serve/fastify.ts', '/predict', join(folder, 'tabular/1'), async (post) => {
        const response = await post('[{ "district": "Harbor", "built": 1998, "area": 120 }]');
        expect(response.status).to.equal(200);
        expect(Object.keys(((await response.json()) as [object])[0])).to.deep.equal(['low', 'mid', 'high']);
        for (const [body, status, message] of [
          ['[{ "area": 65, "built": 1990 }]', 400, 'no column "district"'],
          ['[{ "area": 65', 400, 'JSON'],
          [`"${'x'.repeat(1_000_001)}"`, 413, 'large'],
        ] as const) {
          const refused = await post(body);
          expect(
            [refused.status, ((await refused.json()) as { message: string }).message.includes(message)],
            message,
          ).to.deep.equal([status, true]);
        }
      });
    }));

  it('forge serve answers with an exported folder, which has neither the run nor its code', () =>
    inTemporaryFolder(async (folder) => {
      await trainExample('tabular', 'onnx', folder, '--epochs', '1');
      const out = join(folder, 'exported');
      const forge = new ForgeLibrary({ directory: root });
      await forge.exportCheckpoint(join(folder, 'tabular/1'), { out, format: 'onnx-folder' });
      await using exported = await forge.openExport(out);
      const row = { district: 'Harbor', built: 1998, area: 120 };
      const [expected] = await exported.predictRows([row]);
      const { child, said, finished } = startForge(['serve', out, '--port', '0', '--json'], { cwd: root });
      try {
        let line = '';
        child.stdout!.once('data', (text: string) => {
          line = text;
        });
        await said(/listening/);
        const { url, takes, inputs } = JSON.parse(line) as { url: string; takes: string; inputs: { name: string }[] };
        expect([takes, ...inputs.map(({ name }) => name).sort()]).to.deep.equal(['rows', 'area', 'built', 'district']);
        const answer = await fetch(`${url}predict`, { method: 'POST', body: JSON.stringify({ instances: [row] }) });
        const { predictions } = (await answer.json()) as { predictions: Record<string, number>[] };
        expect(Object.keys(predictions[0]!)).to.deep.equal(Object.keys(expected!));
        for (const [output, value] of Object.entries(expected as Record<string, number>)) {
          expect(predictions[0]![output]).to.be.closeTo(value, 1e-5 * value);
        }
      } finally {
        child.kill('SIGTERM');
        expect((await finished).status).to.equal(0);
      }
    }));
});
