import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect } from 'chai';
import { readSafetensors, readSafetensorsHeader, writeSafetensors } from './safetensors.js';
import { dtypeCodes } from './safetensors-layout.js';
import { bytesPerElement, type DType, elements, sizeOf, type TensorData, tensor } from './tensor-data.js';

const dtypes = Object.keys(bytesPerElement) as DType[];
const shapes = [[], [0], [1], [3], [2, 0, 4], [5, 1, 3]];

function numbered(dtype: DType, shape: readonly number[], first: number): TensorData {
  const bytes = Uint8Array.from({ length: sizeOf(shape) * bytesPerElement[dtype] }, (_, index) => first + index);
  return { dtype, shape, bytes };
}

/** An independent reader, written from the description of the format. */
function readIndependently(file: Buffer): Record<string, { dtype: string; shape: number[]; bytes: Buffer }> {
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, start));
  delete header.__metadata__;
  for (const info of Object.values<{ data_offsets: [number, number]; bytes: Buffer }>(header)) {
    info.bytes = file.subarray(start + info.data_offsets[0], start + info.data_offsets[1]);
  }
  return header;
}

describe('safetensors', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-safetensors-'));
    path = join(folder, 'x.safetensors');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const everything = new Map<string, TensorData>();
  for (const dtype of dtypes) {
    for (const shape of shapes) everything.set(`${dtype}[${shape}]`, numbered(dtype, shape, everything.size));
  }

  it('round-trips every type and shape, in order, each aligned to its elements', async () => {
    const summary = await writeSafetensors(path, everything);
    const { tensors } = await readSafetensors(path, summary);
    expect([...tensors.keys()]).to.deep.equal([...everything.keys()]);
    for (const [name, { dtype, shape, bytes }] of everything) {
      expect(tensors.get(name), name).to.deep.equal({ dtype, shape, bytes });
      expect(elements(tensors.get(name)!).buffer).to.equal(tensors.get(name)!.bytes.buffer);
    }
    expect([...(await readSafetensorsHeader(path)).tensors.keys()]).to.deep.equal([...everything.keys()]);
  });

  it('is read by an independent parser, every tensor aligned in the file', async () => {
    const summary = await writeSafetensors(path, everything, new Map([['format', 'pt']]));
    const file = await readFile(path);
    expect(summary).to.deep.equal({
      bytes: file.length,
      checksum: `crc32:${crc32(file).toString(16).padStart(8, '0')}`,
    });
    const found = readIndependently(file);
    expect(Object.keys(found)).to.have.lengthOf(everything.size);
    for (const [name, { dtype, shape, bytes }] of everything) {
      expect(found[name]!.dtype).to.equal(dtypeCodes[dtype]);
      expect(found[name]!.shape).to.deep.equal(shape);
      expect(found[name]!.bytes.equals(bytes), name).to.equal(true);
      expect((found[name]!.bytes.byteOffset - file.byteOffset) % bytesPerElement[dtype], name).to.equal(0);
    }
  });

  it('writes views of larger arrays, and tensors of several pieces', async () => {
    const large = new Float32Array(3_000_001).map((_, index) => index);
    const tensors = new Map([
      ['view', tensor(large.subarray(5, 8))],
      ['large', tensor(large)],
    ]);
    const read = await readSafetensors(path, await writeSafetensors(path, tensors));
    expect(elements(read.tensors.get('view')!)).to.deep.equal(new Float32Array([5, 6, 7]));
    expect(Buffer.from(read.tensors.get('large')!.bytes).equals(Buffer.from(large.buffer))).to.equal(true);
  });

  it('round-trips an empty set of tensors, and metadata', async () => {
    const metadata = new Map([['note', 'é "quoted"']]);
    const read = await readSafetensors(path, await writeSafetensors(path, new Map(), metadata));
    expect(read).to.deep.equal({ tensors: new Map(), metadata });
    await rm(path);
    await writeSafetensors(path, new Map());
    expect((await readFile(path)).toString('latin1')).to.equal('\x08\0\0\0\0\0\0\0{}      ');
  });

  it('accepts any name, and keeps the order of names that look like numbers', async () => {
    const names = ['b', '10', '9', '__proto__', 'constructor', 'a"\\\n/é€😀', ''];
    const tensors = new Map(names.map((name, index) => [name, numbered('int8', [1], index)]));
    const read = await readSafetensors(path, await writeSafetensors(path, tensors));
    expect([...read.tensors.keys()]).to.deep.equal(names);
    expect(read.tensors).to.deep.equal(tensors);
  });

  it('refuses to write tensors whose bytes do not match their shape', async () => {
    const refused = async (name: string, value: TensorData): Promise<unknown> =>
      writeSafetensors(path, new Map([[name, value]])).catch((error: unknown) => error);
    const short = { dtype: 'float32', shape: [2], bytes: new Uint8Array(7) } as const;
    expect(await refused('w', short)).to.include({
      code: 'BACKEND_INVALID',
      message: 'The tensor "w" is declared as float32[2] but holds 7 bytes.',
    });
    const halves = { dtype: 'float32', shape: [0.5, 4], bytes: new Uint8Array(8) } as const;
    expect(await refused('w', halves)).to.have.property('code', 'BACKEND_INVALID');
    expect(await refused('__metadata__', numbered('int8', [1], 0))).to.have.property('code', 'BACKEND_INVALID');
  });
});
