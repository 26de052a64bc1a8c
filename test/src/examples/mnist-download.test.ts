import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Answer, cutAfter, serve, withServer } from './file-server.js';
import { loadExample } from './load-example.js';
import { forgeErrorOf } from './rejection.js';
import { inTemporaryFolder } from './temporary-folder.js';

interface PublishedFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}
type Options = { files: readonly PublishedFile[]; mirrors: readonly string[]; report: (line: string) => void };

const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, n) => (n * 7919) >>> 5));
const file = { name: 'digits.gz', size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
const otherBytes = Buffer.from(bytes).fill(0, 500, 600);
const status =
  (code: number): Answer =>
  (_request, response) =>
    response.writeHead(code).end();

describe('examples/mnist: the download', () => {
  let downloadMnist: (folder: string, options: Options) => Promise<void>;
  before(async () => {
    ({ downloadMnist } = await loadExample<{ downloadMnist: typeof downloadMnist }>('mnist/download.ts'));
  });

  const lines: string[] = [];
  const download = (folder: string, ...mirrors: string[]) =>
    downloadMnist(folder, { files: [file], mirrors, report: (line) => lines.push(line) });
  const expectWhole = async (folder: string) => {
    expect(await readdir(folder)).to.deep.equal([file.name]);
    expect((await readFile(join(folder, file.name))).equals(bytes)).to.equal(true);
  };
  beforeEach(() => {
    lines.length = 0;
  });

  it('downloads a file, creates the folder, and does not download an existing file again', () =>
    inTemporaryFolder((folder) =>
      withServer(serve(bytes), async ({ url, requests }) => {
        await download(join(folder, 'a', 'b'), url);
        await download(join(folder, 'a', 'b'), url);
        await expectWhole(join(folder, 'a', 'b'));
        expect(requests).to.deep.equal(['/digits.gz']);
        expect(lines).to.have.length(1);
        expect(lines[0]).to.match(/^Downloading digits\.gz \(0\.1 MB\) to /);
      }),
    ));

  it('continues where the connection broke', () =>
    inTemporaryFolder((folder) => {
      const answers = [cutAfter(bytes, 30_000), cutAfter(bytes, 20_000), serve(bytes)];
      return withServer(
        (...call) => answers.shift()!(...call),
        async ({ url, requests }) => {
          await download(folder, url);
          await expectWhole(folder);
          expect(requests).to.deep.equal(['/digits.gz', '/digits.gz bytes=30000-', '/digits.gz bytes=50000-']);
        },
      );
    }));

  it('continues at the next call, and at another mirror, if a mirror keeps failing', () =>
    inTemporaryFolder((folder) =>
      withServer(cutAfter(bytes, 10_000), async (broken) => {
        const error = await forgeErrorOf(download(folder, broken.url));
        expect(error.code).to.equal('DATA_UNAVAILABLE');
        expect(await readdir(folder)).to.deep.equal(['digits.gz.part']);
        await withServer(serve(bytes), async ({ url, requests }) => {
          await download(folder, url);
          expect(requests).to.deep.equal(['/digits.gz bytes=30000-']);
        });
        await expectWhole(folder);
      }),
    ));

  it('restarts if a server ignores the range', () =>
    inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'digits.gz.part'), bytes.subarray(0, 1_234));
      const whole: Answer = (_request, response) => response.end(bytes);
      await withServer(whole, async ({ url }) => download(folder, url));
      await expectWhole(folder);
    }));

  it('rejects a wrong checksum, discards the file and tries the next mirror', () =>
    inTemporaryFolder((folder) =>
      withServer(serve(otherBytes), async (wrong) => {
        const error = await forgeErrorOf(download(folder, wrong.url));
        expect(error.message).to.contain('wrong checksum');
        expect(await readdir(folder)).to.deep.equal([]);
        await withServer(serve(bytes), async ({ url }) => download(folder, wrong.url, url));
        await expectWhole(folder);
      }),
    ));

  it('recovers from a corrupt partial download', () =>
    inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'digits.gz.part'), otherBytes.subarray(0, 1_234));
      await withServer(serve(bytes), async ({ url }) => download(folder, url));
      await expectWhole(folder);
    }));

  it('stops if a server sends more than the file', () =>
    inTemporaryFolder((folder) =>
      withServer(serve(Buffer.concat([bytes, bytes])), async ({ url }) => {
        expect((await forgeErrorOf(download(folder, url))).message).to.contain("more than the file's 100000 bytes");
      }),
    ));

  it('tries the next mirror after a 404', () =>
    inTemporaryFolder((folder) =>
      withServer(status(404), (missing) =>
        withServer(serve(bytes), async ({ url }) => {
          await download(folder, missing.url, url);
          await expectWhole(folder);
          expect(lines[1]).to.contain('answered 404');
        }),
      ),
    ));

  it('reports that it is offline, and suggests --data-dir', () =>
    inTemporaryFolder(async (folder) => {
      let closed = '';
      await withServer(status(200), async ({ url }) => {
        closed = url;
      });
      const error = await forgeErrorOf(download(folder, closed));
      expect(error.code).to.equal('DATA_UNAVAILABLE');
      expect(error.message).to.match(/Cannot download MNIST: digits\.gz: .*ECONNREFUSED/);
      expect(error.hint).to.contain('--data-dir');
    }));

  it('writes one valid file if several downloads run at once', () =>
    inTemporaryFolder((folder) =>
      withServer(serve(bytes), async ({ url }) => {
        await Promise.all([download(folder, url), download(folder, url), download(folder, url)]);
        await expectWhole(folder);
      }),
    ));
});
