import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isForgeError, tensor, writeTensorFile } from '@forge-ml/core';
import { expect } from 'chai';
import { tensorPlaces } from './tensor-places.js';

describe('tensorPlaces', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-places-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('finds the bytes of each tensor', async () => {
    const path = join(folder, 'two.safetensors');
    await writeTensorFile(
      path,
      new Map([
        ['a', tensor(Float32Array.of(1, 2, 3))],
        ['b', tensor(Int32Array.of(4))],
      ]),
    );
    const places = await tensorPlaces(path);
    expect([...places].map(([name, { length }]) => [name, length])).to.deep.equal([
      ['a', 12],
      ['b', 4],
    ]);
    expect(places.get('b')!.offset).to.equal(places.get('a')!.offset + 12);
  });

  it('refuses a header that is longer than the file, and one that is no JSON', async () => {
    const path = join(folder, 'bad.safetensors');
    const length = Buffer.alloc(8);
    for (const [size, text, why] of [
      [2 ** 40, '{}', 'is said to be 1099511627776 bytes'],
      [2, '{{', 'is not JSON'],
    ] as const) {
      length.writeBigUInt64LE(BigInt(size));
      await writeFile(path, Buffer.concat([length, Buffer.from(text)]));
      const error = await tensorPlaces(path).catch((reason: unknown) => reason);
      if (!isForgeError(error)) throw error;
      expect([error.code, error.message.includes(why)]).to.deep.equal(['DATA_INVALID', true]);
    }
  });
});
