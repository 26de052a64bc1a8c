import { expect } from 'chai';
import { label, scale } from '../../preprocessing/columns.js';
import { tensor } from '../../tensor/tensor-data.js';
import { collect, failure } from '../collect.test.support.js';
import { fromRows } from './rows.js';

const files = Array.from({ length: 20 }, (_, at) => ({ file: `${at}.png`, kind: at % 4 === 0 ? 'cat' : 'dog' }));

describe('fromRows', () => {
  it('reads rows with random access, from every position', async () => {
    const rows = fromRows(files).shuffle(3);
    const all = await collect(rows, 1);
    for (let skip = 0; skip <= 20; skip++) expect(await collect(rows, 1, skip)).to.deep.equal(all.slice(skip));
    expect(all.map(({ file }) => file).sort()).to.deep.equal(files.map(({ file }) => file).sort());
  });

  it('loads a row only where more of it is needed than is known', async () => {
    const loaded: string[] = [];
    const images = fromRows(files, {
      load: async ({ file }) => {
        loaded.push(file);
        return { image: tensor(Uint8Array.of(255, Number.parseInt(file, 10), 0), [1, 3, 1]) };
      },
    });
    const { train, valid, preparation } = images
      .split({ valid: 0.25, stratify: 'kind' })
      .prepare({ image: scale(), kind: label() })
      .shuffle(1)
      .batch(5);
    await Promise.all([train.open(), valid!.open()]);
    expect(preparation.classes('kind')).to.deep.equal(['cat', 'dog']);
    expect([train.length, valid!.length, loaded]).to.deep.equal([3, 1, []]);
    const [first] = await collect(train, 0, 0, 1);
    expect([first!.image.shape, first!.kind.shape, loaded.length]).to.deep.equal([[5, 1, 3, 1], [5], 5]);
  });

  it('names the row that cannot be loaded, and refuses what is no list of rows', async () => {
    const broken = fromRows(files, {
      load: ({ file }) => {
        if (file === '3.png') throw new Error('it is corrupt');
        return {};
      },
    });
    expect((await failure(() => collect(broken))).message).to.equal(
      'The load function failed at element 3 of epoch 0: it is corrupt',
    );
    expect((await failure(() => fromRows({} as never))).message).to.equal('fromRows takes a list of rows.');
    expect((await failure(() => fromRows([{ a: 1 }, 3 as never]))).message).to.equal('Row 2 is no object.');
  });
});
