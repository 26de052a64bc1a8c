import { expect } from 'chai';
import { numbersIn } from '../../tensor/numbers-in.js';
import { type DType, elements, sizeOf, type TensorData, tensor } from '../../tensor/tensor-data.js';
import { collect, failure, numbered } from '../collect.test.support.js';
import { fromGenerator } from '../pipeline/generator.js';

const rows = [[5, 6, 7], [8], [], [9, 10]];
const sentences = fromGenerator(function* () {
  for (const [id, row] of rows.entries()) yield { tokens: Int32Array.from(row), id };
});
const indexed = numbered(4).map((_, { index }) => ({ tokens: Int32Array.from(rows[index]!), id: index }));

const shown = (batch: Readonly<Record<string, TensorData>>) =>
  Object.fromEntries(
    Object.entries(batch).map(([name, array]) => [
      name,
      [array.dtype, array.shape, Array.from(elements(array), Number)],
    ]),
  );

describe('padBatch', () => {
  it('pads the named arrays to the longest of each batch, over arrays and streams, from every position', async () => {
    const expected = [
      { tokens: ['int32', [3, 3], [5, 6, 7, 8, -1, -1, -1, -1, -1]], id: ['float32', [3], [0, 1, 2]] },
      { tokens: ['int32', [1, 2], [9, 10]], id: ['float32', [1], [3]] },
    ];
    for (const source of [sentences, indexed]) {
      const batches = source.padBatch(3, { pad: { tokens: -1 } });
      for (let skip = 0; skip <= 2; skip++) {
        expect((await collect(batches, 0, skip)).map(shown)).to.deep.equal(expected.slice(skip));
      }
      const full = source.padBatch(3, { pad: { tokens: -1 }, dropRemainder: true });
      expect((await collect(full)).map(shown)).to.deep.equal(expected.slice(0, 1));
    }
    expect(indexed.padBatch(3, { pad: { tokens: 0 } }).length).to.equal(2);
    expect(indexed.padBatch(3, { pad: { tokens: 0 }, dropRemainder: true }).length).to.equal(1);
  });

  it('pads to a multiple, and adds masks and lengths', async () => {
    const options = { pad: { tokens: 0 }, multiple: 2, mask: { tokens: 'mask' }, lengths: { tokens: 'length' } };
    const [batch] = await collect(indexed.padBatch(3, options));
    expect(shown(batch!)).to.deep.equal({
      tokens: ['int32', [3, 4], [5, 6, 7, 0, 8, 0, 0, 0, 0, 0, 0, 0]],
      id: ['float32', [3], [0, 1, 2]],
      mask: ['bool', [3, 4], [1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0]],
      length: ['int32', [3], [3, 1, 0]],
    });
  });

  it('pads every axis, of any type', async () => {
    const shapes = [
      [1, 2, 2],
      [2, 1, 3],
    ];
    const cubes = (dtype: DType) =>
      numbered(2).map((_, { index }) => {
        const shape = shapes[index]!;
        const wide = tensor(
          Float32Array.from({ length: sizeOf(shape) }, () => 1),
          shape,
        );
        return { cube: dtype === 'float32' ? wide : { dtype, shape, bytes: bytesOfOnes(dtype, sizeOf(shape)) } };
      });
    for (const dtype of ['float32', 'float64', 'float16', 'bfloat16', 'int64', 'uint8', 'bool'] as const) {
      const padding = dtype === 'bool' ? 0 : 2;
      const [batch] = await collect(cubes(dtype).padBatch(2, { pad: { cube: padding } }));
      const { cube } = batch!;
      expect(cube.shape).to.deep.equal([2, 2, 2, 3]);
      const p = padding;
      const first = [1, 1, p, 1, 1, p, p, p, p, p, p, p];
      const second = [1, 1, 1, p, p, p, 1, 1, 1, p, p, p];
      expect(numbersIn(cube, 0, 24), dtype).to.deep.equal([...first, ...second]);
    }
  });

  it('names the array and the element that cannot be padded or stacked', async () => {
    const messages = async (pad: Record<string, number>, make: (index: number) => object, size = 2) =>
      (
        await failure(() =>
          collect(
            numbered(4)
              .map((_, { index }) => make(index))
              .padBatch(size, { pad }),
          ),
        )
      ).message;
    expect(await messages({ y: 0 }, () => ({ x: Int32Array.of(1) }))).to.equal('Element 0 has no array "y" to pad.');
    expect(await messages({ x: 0 }, () => ({ x: 1 }))).to.equal(
      'Array "x" is a scalar in element 0: it cannot be padded.',
    );
    expect(await messages({ x: 0 }, (index) => ({ x: index < 3 ? [1] : [[1]] }))).to.equal(
      'Array "x" has 2 dimensions in element 3, but 1 in element 2 of the same batch.',
    );
    expect(await messages({ x: 0 }, (index) => ({ x: [1], y: new Int32Array(index) }))).to.equal(
      'Array "y" is int32[1] in element 1, but int32[0] in element 0 of the same batch.',
    );
    expect(await messages({ x: 300 }, () => ({ x: Uint8Array.of(1) }))).to.equal(
      'Array "x" is uint8 and cannot be padded with 300.',
    );
    expect(await messages({ x: 0.5 }, () => ({ x: BigInt64Array.of(1n) }))).to.contain('cannot be padded with 0.5');
    expect(await messages({ x: 0.5 }, (index) => ({ x: index % 2 ? [1] : Float64Array.of(1, 2) }))).to.contain(
      'is float32[2] in element 1',
    );
    const twice = numbered(2).map(() => ({ x: [1], mask: [1] }));
    const own = await failure(() => collect(twice.padBatch(2, { pad: { x: 0 }, mask: { x: 'mask' } })));
    expect(own.message).to.equal('Element 0 has an array "mask" already.');
  });

  it('refuses options without effect', async () => {
    const refused = async (options: unknown) => failure(() => sentences.padBatch(2, options as never));
    expect((await refused(undefined)).message).to.contain('was not given what to pad');
    expect((await refused({ pad: {} })).message).to.contain('was not given what to pad');
    expect((await refused({ pad: { tokens: '0' } })).message).to.equal('The padding of "tokens" is not a number.');
    expect((await refused({ pad: { tokens: 0 }, mask: { token: 'mask' } })).message).to.contain(
      'mask for "token", which it does not pad',
    );
    expect((await refused({ pad: { tokens: 0 }, mask: { tokens: 'tokens' } })).message).to.contain(
      'two arrays called "tokens"',
    );
    expect((await refused({ pad: { tokens: 0 }, multiple: 0 })).code).to.equal('DATA_INVALID');
    expect((await refused({ pad: { tokens: 0 }, padToMultipleOf: 8 })) as unknown).to.include({
      hint: 'Did you mean "multiple"?',
    });
    expect((await failure(() => sentences.padBatch(0, { pad: { tokens: 0 } }))).code).to.equal('DATA_INVALID');
  });
});

function bytesOfOnes(dtype: DType, count: number): Uint8Array {
  const one = {
    float64: Float64Array.of(1),
    float16: Uint16Array.of(0x3c00),
    bfloat16: Uint16Array.of(0x3f80),
    int64: BigInt64Array.of(1n),
    uint8: Uint8Array.of(1),
    bool: Uint8Array.of(1),
  }[dtype as 'bool'];
  const bytes = new Uint8Array(one.buffer);
  return Uint8Array.from({ length: count * bytes.length }, (_, at) => bytes[at % bytes.length]!);
}
