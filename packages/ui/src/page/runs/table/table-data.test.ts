import { expect } from 'chai';
import type { TableAnswer, TableQuery, TableRow } from '../../../protocol/table.js';
import { type Source, SourceError } from '../../source/source.js';
import { TableData } from './table-data.js';

const all = { where: '', sort: '', columns: '', group: null };
const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 5));

/** A table whose rows are named by their place; answers are given when the test says so. */
class Table {
  readonly asked: TableQuery[] = [];
  readonly aborted: TableQuery[] = [];
  version = 1;
  matching = 10_000;
  keys = ['flags.hidden'];
  #answers: (() => void)[] = [];
  readonly data = new TableData({
    table: (query: TableQuery, signal: AbortSignal) =>
      new Promise<TableAnswer>((resolve, reject) => {
        this.asked.push(query);
        signal.addEventListener('abort', () => {
          this.aborted.push(query);
          reject(new DOMException('aborted', 'AbortError'));
        });
        this.#answers.push(() =>
          query.where === 'wrong' ? reject(new SourceError('QUERY_INVALID', 'Wrong.')) : resolve(this.answer(query)),
        );
      }),
  } as Partial<Source> as Source);

  async answerAll(): Promise<void> {
    while (this.#answers.length > 0) {
      for (const answer of this.#answers.splice(0)) answer();
      await settled();
    }
  }

  answer({ where, offset, limit }: TableQuery): TableAnswer {
    const length = Math.max(0, Math.min(limit, this.matching - offset));
    const rows = Array.from({ length }, (_, at) => ({ id: `${where}${offset + at}v${this.version}` }) as TableRow);
    const columns = this.keys.map((key) => ({ key, title: key, kind: 'flag' as const, direction: null }));
    const { version, matching } = this;
    return { version, matching, total: 0, running: 0, columns, rows, groups: null, metric: null, nothing: null };
  }

  row(at: number): string | undefined {
    return this.data.view.value?.rows.get(at)?.id;
  }
}

describe('rows of the table', () => {
  it('are asked for in windows, and only once', async () => {
    const table = new Table();
    table.data.show(all, { first: 0, end: 40 });
    await table.answerAll();
    table.data.show(all, { first: 60, end: 130 });
    await table.answerAll();
    table.data.show(all, { first: 10, end: 190 });
    await table.answerAll();
    expect(table.asked.map(({ offset, limit }) => [offset, limit])).to.deep.equal([
      [0, 100],
      [100, 100],
    ]);
    expect(table.row(0)).to.equal('0v1');
    expect(table.row(199)).to.equal('199v1');
  });

  it('of the place scrolled to are next, not those on the way', async () => {
    const table = new Table();
    table.data.show(all, { first: 0, end: 40 });
    for (let first = 0; first < 9_000; first += 500) table.data.show(all, { first, end: first + 40 });
    await table.answerAll();
    expect(table.asked.map(({ offset }) => offset)).to.deep.equal([0, 8_500]);
  });

  it('stay until the answer to another filter is here, and after a wrong one', async () => {
    const table = new Table();
    table.data.show(all, { first: 0, end: 40 });
    await table.answerAll();
    table.data.show({ ...all, where: 'wrong' }, { first: 0, end: 40 });
    expect(table.row(0)).to.equal('0v1');
    await table.answerAll();
    expect(table.row(0)).to.equal('0v1');
    expect(table.data.error.value!.error.message).to.equal('Wrong.');
    table.data.show({ ...all, where: 'x' }, { first: 0, end: 40 });
    expect(table.row(0)).to.equal('0v1');
    await table.answerAll();
    expect(table.row(0)).to.equal('x0v1');
    expect(table.asked).to.have.length(3);
  });

  it('are kept up to date while a filter is wrong, which is not asked for again', async () => {
    const table = new Table();
    table.data.show(all, { first: 0, end: 40 });
    await table.answerAll();
    table.data.show({ ...all, where: 'wrong' }, { first: 0, end: 40 });
    await table.answerAll();
    table.version = 2;
    table.data.refresh();
    await table.answerAll();
    expect(table.row(0)).to.equal('0v2');
    expect(table.asked.map(({ where }) => where)).to.deep.equal(['', 'wrong', '']);
    expect(table.data.error.value!.error.message).to.equal('Wrong.');
  });

  it('of an outdated filter are not waited for', async () => {
    const table = new Table();
    table.data.show({ ...all, where: 'a' }, { first: 0, end: 40 });
    table.data.show({ ...all, where: 'ab' }, { first: 0, end: 40 });
    expect(table.aborted.map(({ where }) => where)).to.deep.equal(['a']);
    await table.answerAll();
    expect(table.row(0)).to.equal('ab0v1');
  });

  it('are renewed on screen when runs change; others are shown as they were until then', async () => {
    const table = new Table();
    table.data.show(all, { first: 0, end: 190 });
    await table.answerAll();
    table.data.show(all, { first: 0, end: 40 });
    table.version = 2;
    table.data.refresh();
    await table.answerAll();
    expect([table.row(0), table.row(150)]).to.deep.equal(['0v2', '150v1']);
    table.data.show(all, { first: 120, end: 160 });
    await table.answerAll();
    expect(table.row(150)).to.equal('150v2');
  });

  it('that are gone are not shown, nor those with other columns', async () => {
    const table = new Table();
    table.data.show(all, { first: 0, end: 190 });
    await table.answerAll();
    table.data.show(all, { first: 0, end: 40 });
    table.version = 2;
    table.matching = 120;
    table.data.refresh();
    await table.answerAll();
    expect([table.row(119), table.row(120)]).to.deep.equal(['119v1', undefined]);
    table.version = 3;
    table.keys = ['flags.other'];
    table.data.refresh();
    await table.answerAll();
    expect([table.row(0), table.row(119)]).to.deep.equal(['0v3', undefined]);
  });
});
