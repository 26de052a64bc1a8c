import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { serve, withServer } from './file-server.js';
import { loadExample } from './load-example.js';
import { forgeErrorOf } from './rejection.js';
import { inTemporaryFolder } from './temporary-folder.js';

type PublishedFile = readonly [file: string, size: number, sha256: string];

const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, n) => (n * 7919) >>> 5));
const sha256 = createHash('sha256').update(bytes).digest('hex');
const files = [
  ['a.gz', bytes.length, sha256],
  ['b.gz', bytes.length, sha256],
] as const;

interface Example {
  readonly mnistFiles: readonly PublishedFile[];
  downloadMnist(folder: string, files: readonly PublishedFile[], servers: readonly string[]): Promise<void>;
}

describe('examples/mnist: the download', () => {
  let example: Example;
  before(async () => {
    example = await loadExample<Example>('mnist/download.ts');
  });

  it('downloads what is missing into the folder, from a mirror if need be', () =>
    inTemporaryFolder((folder) =>
      withServer(
        (_request, response) => response.writeHead(404).end(),
        (gone) =>
          withServer(serve(bytes), async ({ url, requests }) => {
            const place = join(folder, 'mnist');
            await example.downloadMnist(place, files.slice(0, 1), [url]);
            await example.downloadMnist(place, files, [gone.url, url]);
            expect(await readdir(place)).to.deep.equal(['a.gz', 'b.gz']);
            expect((await readFile(join(place, 'b.gz'))).equals(bytes)).to.equal(true);
            expect(requests).to.deep.equal(['/a.gz', '/b.gz']);
            expect(gone.requests).to.deep.equal(['/b.gz']);
          }),
      ),
    ));

  it('reports that it is offline', () =>
    inTemporaryFolder(async (folder) => {
      process.env.FORGE_OFFLINE = '1';
      try {
        const error = await forgeErrorOf(example.downloadMnist(folder, files, ['http://127.0.0.1:9']));
        expect(error.code).to.equal('DATA_UNAVAILABLE');
        expect(error.hint).to.contain('http://127.0.0.1:9/a.gz');
      } finally {
        delete process.env.FORGE_OFFLINE;
      }
    }));

  it('names four files with a valid checksum', () => {
    expect(example.mnistFiles).to.have.length(4);
    for (const [file, size, checksum] of example.mnistFiles) {
      expect(checksum, file).to.match(/^[0-9a-f]{64}$/);
      expect(size).to.be.greaterThan(0);
    }
  });
});
