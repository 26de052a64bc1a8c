import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readSafetensors } from './safetensors.js';

function fileWith(header: string | Uint8Array, buffer = 0, declared?: bigint): Buffer {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(declared ?? BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(buffer)]);
}

const info = (dtype: unknown, shape: unknown, offsets: unknown): string =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });
const one = (entry: string): string => `{"w":${entry}}`;

const invalidFiles: readonly (readonly [string, Buffer, string])[] = [
  ['empty file', Buffer.alloc(0), 'it has 0 bytes, fewer than the 8 that every safetensors file starts with'],
  ['seven bytes', Buffer.alloc(7), 'it has 7 bytes, fewer than the 8'],
  ['header past the end', fileWith('{}', 0, 3n), 'it declares a header of 3 bytes, but only 2 follow'],
  ['huge header', fileWith('{}', 0, 100_000_001n), "it declares a header of 100000001 bytes, more than the format's"],
  ['largest length', fileWith('{}', 0, 2n ** 64n - 1n), 'it declares a header of 18446744073709552000 bytes'],
  ['empty header', fileWith(''), 'its header does not start with "{"'],
  ['leading space', fileWith(' {}'), 'its header does not start with "{"'],
  ['not UTF-8', fileWith(new Uint8Array([0x7b, 0xc3, 0x28, 0x7d])), 'its header is not UTF-8 text'],
  ['not JSON', fileWith('{"w"}'), 'its header is not valid JSON: expected ":", found "}" (character 5)'],
  ['padded with zeros', fileWith('{}\0\0'), 'its header is not valid JSON: unexpected text after the value'],
  ['deep', fileWith(`{"w":${'['.repeat(100)}`), 'its header is not valid JSON: nested deeper than 4 levels'],
  [
    'the same name twice',
    fileWith(`{"w":${info('I8', [1], [0, 1])},"w":${info('I8', [1], [1, 2])}}`, 2),
    'its header is not valid JSON: duplicate key "w"',
  ],
  [
    'the same field twice',
    fileWith('{"w":{"dtype":"I8","dtype":"U8","shape":[],"data_offsets":[0,1]}}', 1),
    'its header is not valid JSON: duplicate key "dtype" (character 20)',
  ],
  ['metadata no object', fileWith('{"__metadata__":[]}'), 'its __metadata__ is not an object'],
  [
    'metadata no text',
    fileWith('{"__metadata__":{"a":1}}'),
    'its __metadata__ holds something other than text under "a"',
  ],
  ['entry no object', fileWith(one('[]')), 'the tensor "w" is described by something other than an object'],
  [
    'a name of a megabyte, which is shortened',
    fileWith(`{"${'w'.repeat(1 << 20)}":[]}`),
    `the tensor "${'w'.repeat(99)}… is described by something other than an object.`,
  ],
  ['unknown type', fileWith(one(info('F8', [1], [0, 1])), 1), 'the tensor "w" has the type "F8", expected one of F64'],
  ['no type', fileWith(one('{"shape":[],"data_offsets":[0,0]}')), 'the tensor "w" has the type null'],
  ['type of a prototype', fileWith(one(info('constructor', [], [0, 0]))), 'the tensor "w" has the type "constructor"'],
  ['no shape', fileWith(one('{"dtype":"I8","data_offsets":[0,0]}')), 'the tensor "w" has a shape that is not a list'],
  [
    'negative size',
    fileWith(one(info('I8', [-1], [0, 1])), 1),
    'the tensor "w" has a shape that is not a list of whole',
  ],
  [
    'half a size',
    fileWith(one(info('I8', [0.5], [0, 1])), 1),
    'the tensor "w" has a shape that is not a list of whole',
  ],
  [
    'size as text',
    fileWith(one(info('I8', ['1'], [0, 1])), 1),
    'the tensor "w" has a shape that is not a list of whole',
  ],
  ['size too large', fileWith(one(info('I8', [2 ** 53], [0, 1])), 1), 'the tensor "w" has a shape that is not a list'],
  [
    'overflowing shape',
    fileWith(one(info('I8', [2 ** 32, 2 ** 32], [0, 0]))),
    'the tensor "w" has a shape whose size in bytes is too large',
  ],
  ['no offsets', fileWith(one('{"dtype":"I8","shape":[]}')), 'the tensor "w" has data_offsets that are not two whole'],
  ['three offsets', fileWith(one(info('I8', [1], [0, 1, 2])), 1), 'the tensor "w" has data_offsets that are not two'],
  ['negative offset', fileWith(one(info('I8', [1], [-1, 0])), 1), 'the tensor "w" has data_offsets that are not two'],
  ['backwards', fileWith(one(info('I8', [1], [1, 0])), 1), 'the tensor "w" ends at 0, before its start at 1'],
  [
    'past the end',
    fileWith(one(info('I8', [4], [0, 4])), 3),
    'the tensor "w" ends at byte 4, but the file holds only 3 bytes of tensors',
  ],
  [
    'another size than its shape',
    fileWith(one(info('F32', [2, 3], [0, 12])), 12),
    'the tensor "w" is F32[2, 3] and needs 24 bytes, but its offsets span 12',
  ],
  [
    'overlap',
    fileWith(`{"a":${info('I8', [2], [0, 2])},"b":${info('I8', [2], [1, 3])}}`, 3),
    'the tensor "b" overlaps "a"',
  ],
  [
    'gap',
    fileWith(`{"a":${info('I8', [1], [0, 1])},"b":${info('I8', [1], [2, 3])}}`, 3),
    '1 bytes before the tensor "b" belong to no tensor',
  ],
  ['gap at the start', fileWith(one(info('I8', [1], [1, 2])), 2), '1 bytes before the tensor "w" belong to no tensor'],
  ['more at the end', fileWith(one(info('I8', [1], [0, 1])), 3), '2 bytes after the last tensor belong to no tensor'],
];

describe('safetensors files with an invalid header', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-invalid-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [title, content, problem] of invalidFiles) {
    it(title, async () => {
      const path = join(folder, 'invalid.safetensors');
      await writeFile(path, content);
      const error = await readSafetensors(path).then(
        () => expect.fail('was accepted'),
        (reason: unknown) => reason,
      );
      expect(error).to.have.property('code', 'CHECKPOINT_CORRUPT');
      expect(error).to.have.property('message').that.includes(`${path} is corrupt: ${problem}`);
    });
  }

  it('unusual but valid headers are accepted', async () => {
    const path = join(folder, 'valid.safetensors');
    const empties = `{"b":${info('I8', [2], [0, 2])},"e":${info('F32', [0], [2, 2])},"a":${info('F32', [2 ** 40, 0], [0, 0])}}  \n`;
    await writeFile(path, fileWith(empties, 2));
    expect([...(await readSafetensors(path)).tensors.keys()]).to.deep.equal(['b', 'e', 'a']);
  });
});
