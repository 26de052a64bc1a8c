import { expect } from 'chai';
import { type Batch, elements, type TensorData, tensor } from '../../tensor/tensor-data.js';
import { collect, failure, numbered } from '../collect.test.support.js';
import type { BatchDataset } from '../dataset.js';
import { fromArrays } from './arrays.js';

describe('fromArrays', () => {
  const images = tensor(
    Float32Array.from({ length: 12 }, (_, index) => index),
    [3, 2, 2],
  );
  const labels = Uint8Array.of(7, 8, 9);

  it('yields row i of each array as example i, without the first dimension', async () => {
    const dataset = fromArrays({ images, labels });
    expect(dataset.length).to.equal(3);
    const [, second] = await collect(dataset);
    expect(second?.images).to.deep.include({ dtype: 'float32', shape: [2, 2] });
    expect([...elements(second!.images)]).to.deep.equal([4, 5, 6, 7]);
    expect(second?.labels).to.deep.equal({ dtype: 'uint8', shape: [], bytes: Uint8Array.of(8) });
  });

  it('reads synchronously', () => {
    const reader = fromArrays({ images, labels }).shuffle(1).batch(2).read({ epoch: 0, skip: 0 });
    expect(reader.next()).to.have.property('done', false);
    expect(reader.next()).to.have.nested.property('value.labels.shape').deep.equal([1]);
    expect(reader.next()).to.have.property('done', true);
  });

  it('yields nothing after the reader was released', () => {
    const reader = fromArrays({ images, labels }).read({ epoch: 0, skip: 0 });
    reader.next();
    reader.return?.();
    expect(reader.next()).to.have.property('done', true);
  });

  it('carries the names of the arrays into the types of examples and batches', async () => {
    const dataset: BatchDataset = fromArrays({ images, labels }).batch(2);
    const [batch] = await collect(fromArrays({ images, labels }).batch(2));
    const typed: { images: TensorData; labels: TensorData } = batch!;
    const plain: Batch = typed;
    // @ts-expect-error no array has this name
    expect(typed.masks).to.equal(undefined);
    expect(Object.keys(plain)).to.deep.equal(['images', 'labels']);
    expect(dataset.length).to.equal(2);
  });

  it('converts lists of numbers to float32, nested or not', async () => {
    const dataset = fromArrays({
      a: [
        [1, 2],
        [3, 4.5],
      ],
      b: [1, 2],
      c: [[[1]], [[2]]],
    });
    const [batch] = await collect(dataset.batch(2));
    expect(batch?.a).to.deep.include({ dtype: 'float32', shape: [2, 2] });
    expect([...elements(batch!.a)]).to.deep.equal([1, 2, 3, 4.5]);
    expect(batch?.b).to.deep.include({ dtype: 'float32', shape: [2] });
    expect(batch?.c.shape).to.deep.equal([2, 1, 1]);
  });

  it('always yields copies', async () => {
    const source = Float32Array.of(1, 2, 3, 4);
    const dataset = fromArrays({ x: tensor(source, [2, 2]) });
    for (const reading of [dataset, dataset.batch(2), dataset.shuffle(1).batch(1)]) {
      for (const element of await collect(reading)) element.x.bytes.fill(255);
    }
    expect([...source]).to.deep.equal([1, 2, 3, 4]);
  });

  it('copies rows of every size, consecutive or shuffled', async () => {
    for (const width of [1, 3, 4, 16, 17, 100]) {
      const source = Uint8Array.from({ length: 7 * width }, (_, index) => index % 251);
      const dataset = fromArrays({ row: Uint8Array.of(0, 1, 2, 3, 4, 5, 6), x: tensor(source, [7, width]) });
      for (const reading of [dataset.batch(3), dataset.shuffle(4).batch(5)]) {
        for (const { row, x } of await collect(reading)) {
          const expected = [...row.bytes].flatMap((index) => [...source.subarray(index * width, (index + 1) * width)]);
          expect([...x.bytes], `rows of ${width} bytes`).to.deep.equal(expected);
        }
      }
    }
  });

  it('reads typed arrays with a byte offset', async () => {
    const whole = Float64Array.of(9, 1, 2, 9);
    const [batch] = await collect(fromArrays({ x: whole.subarray(1, 3) }).batch(2));
    expect([...elements(batch!.x)]).to.deep.equal([1, 2]);
  });

  it('has no examples if the arrays have no rows', async () => {
    for (const x of [[], new Float32Array(0), tensor(new Float32Array(0), [0, 28, 28])]) {
      const dataset = fromArrays({ x });
      expect(await collect(dataset.shuffle(1).repeat().batch(4))).to.deep.equal([]);
      expect(dataset.repeat().length).to.equal(0);
    }
  });

  it('skips without reading', async () => {
    let calls = 0;
    const counted = numbered(1000).map((element) => {
      calls++;
      return element;
    });
    await collect(counted.shuffle(3).repeat(5).batch(10).take(400), 2, 399);
    expect(calls).to.equal(10);
  });

  it('names arrays of different lengths', async () => {
    const error = await failure(() => fromArrays({ images, labels: [1, 2], more: [1, 2, 3] }));
    expect(error.code).to.equal('DATA_INVALID');
    expect(error.message).to.contain('images has 3, labels has 2, more has 3');
  });

  it('refuses values that are not arrays, and names them', async () => {
    const bad: readonly [Record<string, never>, string][] = [
      [{ x: [[1, 2], [3]] as never }, 'ragged: it has a list of 1 where a list of 2 is expected'],
      [{ x: [1, [2]] as never }, 'ragged: it has a list of 1 where a number is expected'],
      [{ x: ['a'] as never }, 'a string'],
      [{ x: 3 as never }, 'a number'],
      [{ x: null as never }, 'null'],
      [{ x: new DataView(new ArrayBuffer(4)) as never }, 'DataView'],
      [{ x: tensor(Float32Array.of(1), []) as never }, 'scalar'],
      [{ x: { dtype: 'float32', shape: [2], bytes: new Uint8Array(4) } as never }, '8 bytes, but has 4'],
      [{}, 'at least one array'],
    ];
    for (const [arrays, words] of bad) {
      const error = await failure(() => fromArrays(arrays));
      expect(error.code, words).to.equal('DATA_INVALID');
      expect(error.message).to.contain(words);
    }
  });
});
