import { expect } from 'chai';
import picocolors from 'picocolors';
import { fitTable, renderTable } from './table.js';

describe('renderTable', () => {
  it('aligns columns by their visible width and omits empty ones', () => {
    const { green } = picocolors.createColors(true);
    const rows = [
      { name: green('a'), size: '10' },
      { name: 'long', size: '9' },
    ];
    const table = renderTable(
      rows,
      [
        { title: 'NAME', cell: ({ name }) => name },
        { title: 'NOTHING', cell: () => '' },
        { title: 'SIZE', align: 'right', cell: ({ size }) => size },
      ],
      (title) => title,
    );
    expect(table).to.equal(`NAME  SIZE\n${green('a')}       10\nlong     9`);
  });
});

describe('fitTable', () => {
  const rows = Array.from({ length: 3 }, (_, index) => ({
    name: `digits/${index}`,
    loss: `0.${index}`,
    engine: 'wasm',
  }));
  const draw = (width: number) =>
    fitTable(
      rows,
      [
        { title: 'RUN', cell: ({ name }) => name },
        { title: 'ENGINE', drop: 1, cell: ({ engine }) => engine },
        { title: 'loss', align: 'right', drop: 5, cell: ({ loss }) => loss },
      ],
      (title) => title,
      width,
    );

  it('drops columns that are equal in all rows first, then by their `drop`, and never the first column', () => {
    expect(draw(80).dropped).to.deep.equal([]);
    expect(draw(20).dropped).to.deep.equal(['ENGINE']);
    expect(draw(10).dropped).to.deep.equal(['ENGINE', 'loss']);
    expect(draw(3).text).to.include('digits/2');
  });

  it('fits every width that has room for the first column', () => {
    for (let width = 8; width < 40; width++) {
      for (const line of draw(width).text.split('\n')) expect(line.length).to.be.at.most(width);
    }
  });
});

describe('a table with wide characters', () => {
  const rows = [
    { name: '日本語/1', status: 'completed', loss: '0.5000', note: 'first run' },
    { name: 'digits/22', status: '✅ done', loss: '10.25', note: '二回目' },
    { name: 'cafe\u0301/3', status: '🚀 running', loss: '1.0000', note: '👍👍' },
  ];
  const draw = (width: number) =>
    fitTable(
      rows,
      [
        { title: 'RUN', cell: ({ name }) => name },
        { title: '状態', drop: 1, cell: ({ status }) => status },
        { title: '損失', align: 'right', drop: 0, cell: ({ loss }) => loss },
        { title: 'NOTE', drop: 5, cell: ({ note }) => note },
      ],
      (title) => title,
      width,
    );

  it('is aligned at 80 columns: CJK and emoji fill two, a combining mark none', () => {
    expect(draw(80).text.split('\n')).to.deep.equal([
      'RUN        状態          損失  NOTE',
      '日本語/1   completed   0.5000  first run',
      'digits/22  ✅ done      10.25  二回目',
      'cafe\u0301/3     🚀 running  1.0000  👍👍',
    ]);
  });

  it('is aligned at 40 columns, where its widest line fills 40', () => {
    expect(draw(40).dropped).to.deep.equal([]);
    expect(draw(39).dropped).to.deep.equal(['NOTE']);
    expect(draw(39).text.split('\n')).to.deep.equal([
      'RUN        状態          損失',
      '日本語/1   completed   0.5000',
      'digits/22  ✅ done      10.25',
      'cafe\u0301/3     🚀 running  1.0000',
    ]);
  });

  it('keeps every cell whole at any width: columns are dropped, characters are not split', () => {
    for (let width = 1; width <= 80; width++) {
      const { text, dropped } = draw(width);
      const cells = rows.flatMap(({ name, status, loss, note }) => [
        name,
        ...(dropped.includes('状態') ? [] : [status]),
        ...(dropped.includes('損失') ? [] : [loss]),
        ...(dropped.includes('NOTE') ? [] : [note]),
      ]);
      for (const cell of cells) expect(text, `${width}`).to.include(cell);
    }
  });
});
