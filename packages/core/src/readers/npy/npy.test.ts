import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { collect } from '../../data/collect.test.support.js';
import { fromFloat16 } from '../../tensor/half-precision.js';
import { elements, type TensorData } from '../../tensor/tensor-data.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { npy } from './npy.js';
import { archives, files, filesByType, refusedFiles } from './numpy-files.test.support.js';
import { parseNpy, readNpy } from './read-npy.js';

const names: Readonly<Record<string, string>> = { '?': 'bool', i: 'int', u: 'uint', f: 'float' };

function numbers(tensor: TensorData): number[] {
  const values = elements(tensor);
  return Array.from(tensor.dtype === 'float16' ? fromFloat16(values as Uint16Array) : values, Number);
}

const cube = Array.from({ length: 24 }, (_, index) => index);

describe('npy', () => {
  const folder = useTemporaryFolder();
  const write = async (base64: string | Buffer, name = 'a.npy') => {
    const path = join(folder(), name);
    await writeFile(path, typeof base64 === 'string' ? Buffer.from(base64, 'base64') : base64);
    return path;
  };

  for (const [type, base64] of Object.entries(filesByType)) {
    it(`reads ${type} as numpy wrote it`, async () => {
      const kind = type[1]!;
      const path = await write(base64);
      const array = await readNpy(path);
      expect(array.dtype).to.equal(`${names[kind]}${kind === '?' ? '' : 8 * Number(type[2])}`);
      expect(array.shape).to.deep.equal([2, 3]);
      const expected = {
        '?': [1, 0, 1, 0, 0, 1],
        i: [-2, -1, 0, 1, 2, 3],
        u: [0, 1, 2, 3, 4, 5],
        f: [-1, -0.5, 0, 0.5, 1, 1.5],
      };
      expect(numbers(array)).to.deep.equal(expected[kind as 'i']);
      if (type.endsWith('F')) return;
      const table = await collect(npy(path));
      const stream = npy(path, { stream: true });
      expect(await collect(stream)).to.deep.equal(table);
      expect(await collect(stream, 1, 1)).to.deep.equal(table.slice(1));
    });
  }

  it('reads every version, three dimensions in both orders, and arrays without rows', async () => {
    for (const name of ['version 1', 'version 2', 'version 3', 'three dimensions in Fortran order']) {
      const array = parseNpy(Buffer.from(files[name]!, 'base64'), name);
      expect([array.shape, numbers(array)]).to.deep.equal([[2, 3, 4], cube]);
    }
    expect((await readNpy(await write(files.empty!))).shape).to.deep.equal([0, 3]);
    expect(await collect(npy(await write(files['one dimension']!), { name: 'y', stream: true }))).to.have.length(3);
    for (const stream of [false, true]) {
      const error = await failureOf(async () => npy(await write(files.scalar!), { stream }).open());
      expect(error.message).to.match(/is a scalar and has no rows/);
    }
    const fortran = await failureOf(async () =>
      npy(await write(files['three dimensions in Fortran order']!), { stream: true }).open(),
    );
    expect(fortran.hint).to.match(/ascontiguousarray/);
  });

  it('refuses other types by name', async () => {
    for (const [what, message] of [
      ['complex', /has complex numbers of type c8, which no tensor has/],
      ['text', /has text of type U2/],
      ['bytes', /has bytes of type S2/],
      ['objects', /has Python objects of type O/],
      ['dates', /has dates of type M8/],
      ['extended', /has extended floats of type f16/],
      ['fields', /has elements with fields \(age, height\), not numbers/],
    ] as const) {
      const error = await failureOf(async () => readNpy(await write(refusedFiles[what]!)));
      expect(error.message).to.match(message);
    }
  });

  it('refuses what is truncated, too long, or no npy file', async () => {
    const whole = Buffer.from(files['version 1']!, 'base64');
    for (const [bytes, message] of [
      [whole.subarray(0, -1), /is truncated: int32\[2, 3, 4\] needs 96 bytes, it has 95\.$/],
      [Buffer.concat([whole, whole]), /is too long/],
      [whole.subarray(0, 20), /is truncated in its header/],
      [Buffer.from(''), /is not a npy file/],
      [
        Buffer.from(whole.toString('latin1').replace('(2, 3, 4)', '(999999999999, 999999999, 4)'), 'latin1'),
        /invalid shape/,
      ],
      [Buffer.from(whole.toString('latin1').replace('False', '__import__("os")'), 'latin1'), /invalid header/],
    ] as const) {
      expect((await failureOf(async () => readNpy(await write(bytes)))).message).to.match(message);
    }
  });

  it('reads the arrays of npz files, stored and compressed, and files by name', async () => {
    for (const archive of Object.values(archives)) {
      const path = await write(archive, 'a.npz');
      const [first] = await collect(npy<'x' | 'y'>(path));
      expect(first && [numbers(first.x), numbers(first.y)]).to.deep.equal([cube.slice(0, 12), [7]]);
      expect(Object.keys((await collect(npy(path, { arrays: ['y'] })))[0]!)).to.deep.equal(['y']);
      const error = await failureOf(() => npy(path, { arrays: ['z'] }).open());
      expect([error.message, error.hint]).to.deep.equal([`${path} has no array "z".`, 'It has x, y.']);
    }
    const x = await write(files['version 1']!);
    const both = npy({ x, again: x });
    expect(Object.keys((await collect(both))[1]!)).to.deep.equal(['x', 'again']);
  });

  it('refuses corrupt npz files, whichever byte is changed', async () => {
    const valid = Buffer.from(archives.compressed!, 'base64');
    const plain = JSON.stringify(await collect(npy(await write(valid, 'a.npz'))));
    let refused = 0;
    for (let at = 0; at < valid.length; at += 3) {
      const changed = Buffer.from(valid);
      changed[at]! ^= 0xff;
      const path = await write(changed, 'a.npz');
      const read = await collect(npy(path)).then(JSON.stringify, (error) => error);
      if (typeof read === 'string')
        expect(read.replaceAll(/"[^"]*":\{"dtype/g, '')).to.equal(plain.replaceAll(/"[^"]*":\{"dtype/g, ''));
      else if (read.code === 'DATA_INVALID') refused++;
      else throw read;
    }
    expect(refused).to.be.above(valid.length / 5);
  });

  it('refuses a npy file that changed between two epochs of a stream', async () => {
    const path = await write(filesByType['<f4C']!);
    const stream = npy(path, { stream: true });
    expect(await collect(stream)).to.have.length(2);
    await truncate(path, 10);
    expect((await failureOf(() => collect(stream))).message).to.equal(`${path} changed while it was in use.`);
  });

  it('refuses options of the other format', async () => {
    const path = await write(archives.stored!, 'a.npz');
    for (const options of [{ stream: true }, { name: 'x' }, { array: 'x' }]) {
      expect((await failureOf(() => npy(path, options as never).open())).code).to.equal('OPTION_UNKNOWN');
    }
    expect((await failureOf(() => npy({ x: path }, { name: 'x' }))).code).to.equal('OPTION_UNKNOWN');
  });
});
