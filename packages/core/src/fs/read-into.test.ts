import { type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { chunkBytes } from './checksum.js';
import { EndOfFile, readInto } from './read-into.js';

describe('readInto', () => {
  const content = new Uint8Array(3 * chunkBytes + 1_000).map((_, index) => index + (index >> 8));
  let folder: string;
  let handle: FileHandle;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-read-into-'));
    await writeFile(join(folder, 'file'), content);
    handle = await open(join(folder, 'file'), 'r');
  });
  after(async () => {
    await handle.close();
    await rm(folder, { recursive: true, force: true });
  });
  const failure = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => expect.fail('should have failed'),
      (error: unknown) => error,
    );

  it('fills each target from its position, and passes on the pieces in order', async () => {
    const sizes = [10, 0, 2 * chunkBytes, 7, content.length - 2 * chunkBytes - 17];
    const targets: Uint8Array[] = [];
    const inTurn = function* () {
      let position = 0;
      for (const size of sizes) {
        targets.push(new Uint8Array(size));
        yield { bytes: targets.at(-1)!, position };
        position += size;
      }
    };
    const seen: Uint8Array[] = [];
    await readInto(handle, inTurn(), (piece) => seen.push(piece));
    expect(Buffer.concat(targets).equals(content)).to.equal(true);
    expect(Buffer.concat(seen).equals(content)).to.equal(true);
  });

  it('reports where the file ends, even with reads pending beyond it', async () => {
    const bytes = new Uint8Array(10 * chunkBytes);
    const error = await failure(readInto(handle, [{ bytes, position: 0 }], () => undefined));
    expect(error).to.be.instanceOf(EndOfFile).with.property('position', content.length);
  });

  it('rejects with what the callback throws', async () => {
    const refused = new Error('no');
    const onPiece = () => {
      throw refused;
    };
    const bytes = new Uint8Array(content.length);
    expect(await failure(readInto(handle, [{ bytes, position: 0 }], onPiece))).to.equal(refused);
  });
});
